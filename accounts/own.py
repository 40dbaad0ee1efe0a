"""What this room keeps of a person: themselves, their keys, addresses, preferences and notices."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.belongings import Belongings, Hindrance
from accounts.departing import end_sessions


class Profile(Belongings):
    name, rank = "profile", 0

    def hindrances(self, person: Any) -> Iterator[Hindrance]:
        link = reverse("profile")
        if settings.SOLO:
            yield Hindrance(_("This site has one person only: delete the site instead."), link)
        elif person.is_staff:
            # What staff did stays on record, and the site should not lose its last one by a click.
            sentence = _(
                "You are staff here. Somebody else of the staff takes that from you first."
            )
            yield Hindrance(sentence, link)

    def close(self, person: Any) -> None:
        for key in person.api_keys.filter(revoked=None):
            key.revoke()

    def remove(self, person: Any) -> None:
        end_sessions(person)
