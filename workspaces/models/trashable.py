"""What is kept for later and can be had back for a while after it was deleted (C26)."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.utils.timezone import now

from workspaces.models.history import History, note
from workspaces.models.scoped import Scoped, ScopedQuerySet
from workspaces.models.workspace import Workspace

M = TypeVar("M", bound="Trashable")


class TrashableQuerySet(ScopedQuerySet[M]):
    def living(self) -> Self:
        """Without what is in the trash."""
        return self.filter(deleted=None)

    def usable_in(self, workspace: Workspace, user: Any) -> Self:
        return self.usable_or_trashed_in(workspace, user).living()

    def usable_or_trashed_in(self, workspace: Workspace, user: Any) -> Self:
        return super().usable_in(workspace, user)


class Trashable(Scoped):
    deleted = models.DateTimeField(null=True, editable=False, help_text="Since when in the trash.")

    objects: Any  # each has a manager of its own
    history = History()

    class Meta(Scoped.Meta):
        abstract = True

    def stays(self) -> dict[str, object]:
        """Whoever throws it away meanwhile has thrown it away."""
        return {"deleted": self.deleted}

    def trash(self) -> bool:
        """Nobody can choose it any more, for now; False if it was there already."""
        return self._put(now(), deleted=None)

    def restore(self) -> bool:
        return self._put(None, deleted__isnull=False)

    @transaction.atomic
    def _put(self, moment: datetime | None, **was: Any) -> bool:
        done = bool(type(self).objects.filter(pk=self.pk, **was).update(deleted=moment))
        if done:
            note(self)
            self.announce()
        return done
