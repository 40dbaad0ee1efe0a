"""A base prompt that goes before every prompt of whoever chose it (S022)."""

from django.db import models

from workspaces.models.trashable import Trashable, TrashableQuerySet

MOST = 500  # of a workspace, and of a person's own


class Theme(Trashable):
    name = models.CharField(max_length=100)
    base_prompt = models.TextField(max_length=2000)
    description = models.TextField(max_length=2000, blank=True)
    sample = models.CharField(
        max_length=300, blank=True, help_text="Of the site's themes: a static file."
    )

    objects = TrashableQuerySet["Theme"].as_manager()

    class Meta(Trashable.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
