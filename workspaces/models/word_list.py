"""A word list that prompts name as `__name__` (W19)."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _

from pixazo.errors import UserError
from workspaces.models.trashable import Trashable, TrashableQuerySet

MOST = 200  # of a workspace, and of a person's own
MAX_LINE = 500  # characters
MAX_TEXT = 200_000
SAMPLE = 200  # characters


class NameTaken(UserError):
    code = "name_taken"
    status = 409


class WordList(Trashable):
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
        max_length=MAX_TEXT, help_text="One a line; “3::red” is taken three times as often."
    )
    # What pages and the completion say of it, without all its lines.
    count = models.PositiveIntegerField(default=0, editable=False)
    sample = models.CharField(max_length=SAMPLE, default="", editable=False)

    objects = TrashableQuerySet["WordList"].as_manager()

    class Meta(Trashable.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def check_alone(self) -> None:
        """A prompt that names it means one list."""
        if self.twin():
            sentence = _("There is a list of this name already.")
            raise NameTaken(sentence, fields={"name": [sentence]})

    def twin(self) -> "WordList | None":
        """Another one of its name in its place."""
        rows = WordList.objects.living().in_place_of(self).filter(name=self.name)
        found: WordList | None = rows.exclude(pk=self.pk).first()
        return found

    def save(self, *args: Any, **kwargs: Any) -> None:
        entries = self.entries
        self.count, self.sample = len(entries), ", ".join(entries[:20])[:SAMPLE]
        super().save(*args, **kwargs)

    @property
    def entries(self) -> list[str]:
        """Its lines without empty ones and remarks (`# …`)."""
        return entries_of(self.lines)


def entries_of(text: str) -> list[str]:
    lines = (line.strip()[:MAX_LINE] for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
