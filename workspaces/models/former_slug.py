"""A slug that a workspace had before: old addresses go on leading to it."""

from django.db import models

from pixazo.models import TimeOrdered


class FormerSlug(TimeOrdered):
    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="former_slugs"
    )
    slug = models.SlugField(max_length=60, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "slug"], name="former_slug_once"),
        )
        indexes = (models.Index(fields=["slug"], name="former_slug_found"),)

    def __str__(self) -> str:
        return self.slug
