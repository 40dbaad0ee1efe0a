"""A base prompt that goes before every prompt of whoever chose it (S022)."""

from django.db import models

from workspaces.models.scoped import Scoped, ScopedQuerySet


class Theme(Scoped):
    name = models.CharField(max_length=100)
    base_prompt = models.TextField(max_length=2000)
    description = models.TextField(max_length=2000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta(Scoped.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
