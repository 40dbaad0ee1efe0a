"""Names of others' models, for programs that can't be told another: what we use in their place."""

from fnmatch import fnmatchcase

from django.db import models

from generation.models.image_model import ImageModel


class ModelAliasQuerySet(models.QuerySet["ModelAlias"]):
    def of(self, name: str) -> "ModelAlias | None":
        """The row that this name is meant by: the longest pattern that fits it."""
        wanted = name.lower()
        rows: list[ModelAlias] = list(self.select_related("model"))
        fitting = [row for row in rows if row.fits(wanted)]
        return max(fitting, key=lambda row: len(row.pattern), default=None)


class ModelAlias(models.Model):
    pattern = models.CharField(
        max_length=100,
        unique=True,
        help_text="A name that programs send, such as dall-e-3; * stands for any end: gpt-image-*.",
    )
    model = models.ForeignKey(
        ImageModel,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="aliases",
        help_text="What draws in its place. Empty, or not open to whoever asks: the first of the"
        " picker that can do what is asked for.",
    )

    objects = ModelAliasQuerySet.as_manager()

    class Meta:
        ordering = ("pattern",)
        verbose_name = "foreign model name"

    def __str__(self) -> str:
        return self.pattern

    def fits(self, name: str) -> bool:
        return fnmatchcase(name, self.pattern.lower())
