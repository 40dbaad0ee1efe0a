"""A full saved request (S026, S077): its nine parts, a title and tags."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from workspaces.models.scoped import Scope
from workspaces.models.style import Style
from workspaces.models.theme import Theme
from workspaces.models.trashable import Trashable, TrashableQuerySet

MOST = 2_000  # of a workspace, and of a person's own
MOST_TAGS, TAG_LENGTH = 20, 50
MOST_WORDS = 12  # of a search
# Theme and style are told from one another by their rows, all else by its value.
PARTS = (
    "prompt",
    "negative_prompt",
    "theme_id",
    "style_id",
    "model",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "seed",
)


class SavedPromptQuerySet(TrashableQuerySet["SavedPrompt"]):
    def with_words(self, sought: str) -> Self:
        """Those in which all of the words stand, wherever and however written."""
        found = self
        for word in sought.casefold().split()[:MOST_WORDS]:
            found = found.filter(words__contains=word)
        return found

    def with_tag(self, tag: str) -> Self:
        return self.filter(tag_words__contains=f"\n{plain_tag(tag).casefold()}\n")


class SavedPrompt(Trashable):
    title = models.CharField(max_length=200)
    tags = models.JSONField(default=list, blank=True, help_text='["portrait", "night"]')
    prompt = models.TextField(max_length=20_000)
    negative_prompt = models.TextField(max_length=20_000, blank=True)
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, blank=True)
    style = models.ForeignKey(Style, models.SET_NULL, null=True, blank=True)
    model = models.SlugField(max_length=100, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    num_inference_steps = models.PositiveIntegerField(null=True, blank=True)
    guidance_scale = models.FloatField(null=True, blank=True)
    seed = models.PositiveBigIntegerField(null=True, blank=True)

    # What a search looks at, in small letters: SQLite knows the small ones of ASCII only.
    words = models.TextField(editable=False, default="")
    tag_words = models.TextField(editable=False, default="")  # one a line

    model_name = ""  # as people know the model, where a page shows it

    objects = SavedPromptQuerySet.as_manager()

    class Meta(Trashable.Meta):
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        texts = (self.title, self.prompt, self.negative_prompt, *self.tags)
        self.words = "\n".join(texts).casefold()
        self.tag_words = "".join(f"\n{tag.casefold()}\n" for tag in self.tags)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """What everybody in a workspace loads has a theme and a style of theirs, or of no place."""
        super().clean()
        chosen = {"theme": self.theme, "style": self.style}
        elsewhere = {
            name: _("It is another workspace's.")
            for name, row in chosen.items()
            if row and row.scope == Scope.WORKSPACE and row.workspace_id != self.workspace_id
        }
        if elsewhere and self.scope == Scope.WORKSPACE:
            raise ValidationError(elsewhere)

    @property
    def parts(self) -> tuple[Any, ...]:
        """What makes two of them the same, whatever they are called."""
        return tuple(getattr(self, name) for name in PARTS)

    def twin(self) -> "SavedPrompt | None":
        """One with the same parts in the same place."""
        rows = SavedPrompt.objects.living().in_place_of(self).filter(prompt=self.prompt)
        return next((row for row in rows if row.parts == self.parts), None)

    @property
    def settings(self) -> dict[str, object]:
        """What loading it fills into the form, by the form's names."""
        known = {
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "theme": str(self.theme_id or ""),
            "style": str(self.style_id or ""),
            "model": self.model or None,
            "width": self.width,
            "height": self.height,
            "num_inference_steps": self.num_inference_steps,
            "guidance_scale": self.guidance_scale,
            # Kept without one it is by chance again, whatever stands in the form.
            "seed": "" if self.seed is None else self.seed,
        }
        return {name: value for name, value in known.items() if value is not None}


def plain_tag(tag: str) -> str:
    return " ".join(tag.split())[:TAG_LENGTH].strip()


def plain_tags(tags: Iterable[str]) -> list[str]:
    """Each once, however it is written, in the order in which they come."""
    known: dict[str, str] = {}
    for tag in tags:
        if plain := plain_tag(tag.replace(",", " ")):
            known.setdefault(plain.casefold(), plain)
    return list(known.values())[:MOST_TAGS]
