"""A base prompt that goes before every prompt of whoever chose it (S022)."""

from django.db import models

from workspaces.models.trashable import Trashable, TrashableQuerySet


class Theme(Trashable):
    name = models.CharField(max_length=100)
    base_prompt = models.TextField(max_length=2000)
    description = models.TextField(max_length=2000, blank=True)

    objects = TrashableQuerySet["Theme"].as_manager()

    class Meta(Trashable.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
