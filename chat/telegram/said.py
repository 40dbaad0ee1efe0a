"""What somebody who is linked said to the bot: what each command and each button gets."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from chat.models import TelegramLink
from chat.telegram import saying
from chat.telegram.reading import Told
from chat.telegram.saying import Rows
from pixazo.errors import UserError
from workspaces.models import Membership, Workspace


@dataclass(frozen=True)
class Said:
    told: Told
    link: TelegramLink

    @property
    def person(self) -> User:
        return self.link.user

    @property
    def rest(self) -> str:
        return self.told.rest

    @property
    def key(self) -> str:
        """By which what this asked for is known again, should it be worked on twice."""
        return f"telegram-{self.told.number}"

    def reply(self, text: str, rows: Rows = ()) -> int:
        return saying.say(self.told.chat, text, rows)

    def workspace(self) -> Workspace:
        """The one that was chosen, as long as they may work there; else where they worked last."""
        place = membership_in(self.person, self.link.workspace)
        if place and place.may_generate():
            place.workspace.note_use(self.person)
            return place.workspace
        return Workspace.objects.home_of(self.person)


def membership_in(person: Any, workspace: Workspace | None) -> Membership | None:
    if workspace is None:
        return None
    rows = Membership.objects.select_related("workspace", "user")
    return rows.filter(user=person, workspace=workspace).first()


def gone() -> UserError:
    return UserError(_("That is not there any more."), code="not_found", status=404)
