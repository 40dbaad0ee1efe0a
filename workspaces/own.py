"""What this room keeps of a person: their workspaces, their places in others', what they keep."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.belongings import Belongings, Hindrance, facts
from workspaces import people
from workspaces.models import Invitation, SavedPrompt, Scope, Style, Theme, WordList
from workspaces.models.saved_prompt import PARTS
from workspaces.roles import Role

KEPT = {
    Theme: ("name", "base_prompt", "description"),
    Style: ("name", "positive_prompt", "negative_prompt"),
    SavedPrompt: ("title", "tags", *PARTS),
    WordList: ("name", "lines"),
}


class Places(Belongings):
    name, rank = "workspaces", 50

    def hindrances(self, person: Any) -> Iterator[Hindrance]:
        """Others work there: somebody goes on with it, or the owner says that it goes."""
        for workspace in person.workspaces.order_by("name"):
            if workspace.memberships.exclude(user=person).exists():
                sentence = _(
                    "Others work in “%(name)s”. Hand it over to one of them, or delete it."
                ) % {"name": workspace.name}
                yield Hindrance(sentence, reverse("people", args=[workspace.slug]))

    def close(self, person: Any) -> None:
        for invitation in Invitation.objects.open().filter(workspace__owner=person):
            invitation.revoke()

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        for place in person.memberships.select_related("workspace").order_by("id"):
            named = {"what": "workspace", "name": place.workspace.name, "role": place.role}
            yield named | facts(place, "created")
        for kind, names in KEPT.items():
            for row in kind.objects.filter(owner=person).order_by("id"):
                words = {"what": kind._meta.verbose_name, "scope": row.scope}  # noqa: SLF001
                yield words | facts(row, *names, "created", "changed", "deleted")
        for draft in person.drafts.order_by("id"):
            yield {"what": "draft"} | facts(draft, "prompt", "created")

    def remove(self, person: Any) -> None:
        for workspace in person.workspaces.all():
            workspace.delete_with_everything()
        # What was given to others' workspaces is theirs to work with.
        for kind in KEPT:
            kind.objects.filter(owner=person, scope=Scope.WORKSPACE).update(owner=None)
        places = person.memberships.exclude(role=Role.OWNER).select_related("workspace__owner")
        for membership in places.select_related("user"):
            people.remove(membership, leaves=True)
