"""What this room keeps of a person: their workspaces, their places in others', what they keep."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.belongings import Belongings, Hindrance
from workspaces import people
from workspaces.models import Invitation, SavedPrompt, Scope, Style, Theme, WordList
from workspaces.roles import Role

KEPT = (Theme, Style, SavedPrompt, WordList)


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

    def remove(self, person: Any) -> None:
        for workspace in person.workspaces.all():
            workspace.delete_with_everything()
        # What was given to others' workspaces is theirs to work with.
        for kind in KEPT:
            kind.objects.filter(owner=person, scope=Scope.WORKSPACE).update(owner=None)
        places = person.memberships.exclude(role=Role.OWNER).select_related("workspace__owner")
        for membership in places.select_related("user"):
            people.remove(membership, leaves=True)
