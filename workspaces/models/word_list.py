"""A word list that prompts name as `__name__` (W19)."""

from django.core.validators import RegexValidator
from django.db import models

from workspaces.models.scoped import Scoped, ScopedQuerySet

MAX_LINE = 500  # characters


class WordList(Scoped):
    name = models.CharField(
        max_length=50,
        validators=[
            RegexValidator(
                r"\A[a-z0-9](?:[a-z0-9/-]|_(?!_|\Z))*\Z",
                "Small letters, digits, - and / only: it is written as __name__ in prompts.",
            )
        ],
    )
    lines = models.TextField(
        max_length=200_000, help_text="One a line; “3::red” is taken three times as often."
    )

    objects = ScopedQuerySet.as_manager()

    class Meta(Scoped.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def entries(self) -> list[str]:
        """Its lines without empty ones and remarks (`# …`)."""
        lines = (line.strip()[:MAX_LINE] for line in self.lines.splitlines())
        return [line for line in lines if line and not line.startswith("#")]
