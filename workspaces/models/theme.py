"""A base prompt that goes before every prompt of whoever chose it (S022)."""

from typing import Any, Self

from django.db import models
from django.utils.timezone import now

from workspaces.models.scoped import Scoped, ScopedQuerySet
from workspaces.models.workspace import Workspace


class ThemeQuerySet(ScopedQuerySet["Theme"]):
    def living(self) -> Self:
        """Without what is in the trash."""
        return self.filter(deleted=None)

    def usable_in(self, workspace: Workspace, user: Any) -> Self:
        return super().usable_in(workspace, user).living()


class Theme(Scoped):
    name = models.CharField(max_length=100)
    base_prompt = models.TextField(max_length=2000)
    description = models.TextField(max_length=2000, blank=True)
    deleted = models.DateTimeField(null=True, editable=False, help_text="Since when in the trash.")

    objects = ThemeQuerySet.as_manager()

    class Meta(Scoped.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def trash(self) -> bool:
        """Nobody can choose it any more, for now; False if it was there already."""
        return bool(Theme.objects.living().filter(pk=self.pk).update(deleted=now()))

    def restore(self) -> bool:
        rows = Theme.objects.filter(pk=self.pk, deleted__isnull=False)
        return bool(rows.update(deleted=None))
