"""What a saved prompt may hold: its form, which all doors fill in."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.library.around import Around
from workspaces.library.limits import MAX_SEED, MOST_GUIDANCE, MOST_STEPS, WIDEST
from workspaces.models import SavedPrompt
from workspaces.models.saved_prompt import MOST_TAGS, TAG_LENGTH, plain_tags
from workspaces.names import plain_name, plain_text

LONGEST = 20_000  # characters of a prompt
TITLE = 60  # characters that a prompt gives where nobody wrote a title
SETTINGS = ("width", "height", "num_inference_steps", "guidance_scale", "seed")


class PromptFields(forms.Form):
    """Every field bears the name of what it fills in the row."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Without one, the prompt's beginning."),
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        max_length=MOST_TAGS * (TAG_LENGTH + 2),
        required=False,
        help_text=gettext_lazy("With commas between, such as: portrait, night"),
    )
    prompt = forms.CharField(
        label=gettext_lazy("Prompt"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 4}),
    )
    negative_prompt = forms.CharField(
        label=gettext_lazy("Leave out"),
        max_length=LONGEST,
        strip=False,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    # By their ids; a page offers them.
    theme: Any = forms.CharField(label=gettext_lazy("Theme"), required=False)
    style: Any = forms.CharField(label=gettext_lazy("Style"), required=False)
    model: Any = forms.SlugField(label=gettext_lazy("Model"), max_length=100, required=False)
    width = forms.IntegerField(
        label=gettext_lazy("Width"), min_value=1, max_value=WIDEST, required=False
    )
    height = forms.IntegerField(
        label=gettext_lazy("Height"), min_value=1, max_value=WIDEST, required=False
    )
    num_inference_steps = forms.IntegerField(
        label=gettext_lazy("Steps"), min_value=1, max_value=MOST_STEPS, required=False
    )
    guidance_scale = forms.FloatField(
        label=gettext_lazy("Guidance"), min_value=0, max_value=MOST_GUIDANCE, required=False
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"), min_value=0, max_value=MAX_SEED, required=False
    )

    def __init__(self, around: Around, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.around = around

    @classmethod
    def known(cls, row: SavedPrompt) -> dict[str, Any]:
        """What the form begins with where a row is changed."""
        values = {name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)}
        around = {"theme": str(row.theme_id or ""), "style": str(row.style_id or "")}
        return values | around | {"tags": ", ".join(row.tags)}

    def clean_title(self) -> str:
        return plain_name(self.cleaned_data["title"])

    def clean_tags(self) -> list[str]:
        return plain_tags(plain_name(self.cleaned_data["tags"]).split(","))

    def clean_prompt(self) -> str:
        prompt = plain_text(self.cleaned_data["prompt"])
        if not prompt.strip():
            raise forms.ValidationError(_("Write a prompt first."))
        return prompt

    def clean_negative_prompt(self) -> str:
        return plain_text(self.cleaned_data["negative_prompt"])

    def clean_theme(self) -> str:
        return _known(self.cleaned_data["theme"], self.around.themes)

    def clean_style(self) -> str:
        return _known(self.cleaned_data["style"], self.around.styles)

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if (known.get("width") is None) != (known.get("height") is None) and not self.errors:
            self.add_error("width", _("A size has a width and a height."))
        return known

    def fill(self, row: SavedPrompt) -> None:
        """Put what was sent into the row, whose place is known. Raises `ValidationError` where the
        place does not take it."""
        for name, value in self.cleaned_data.items():
            if name in ("theme", "style"):
                rows: Any = self.around.themes if name == "theme" else self.around.styles
                setattr(row, name, rows.get(value))
            elif name != "workspace":
                setattr(row, name, value)
        row.title = row.title or title_of(row.prompt)
        row.clean()

    def refuse(self, error: ValidationError) -> None:
        """Say it beside the fields that it names."""
        self.add_error(None, error)

    @property
    def sentences(self) -> dict[str, list[str]]:
        """What is wrong, field by field."""
        return {name: [str(each) for each in said] for name, said in self.errors.items()}


def _known(pk: str, rows: Mapping[str, Any]) -> str:
    if pk and pk not in rows:
        raise forms.ValidationError(_("There is none of this id for you."))
    return pk


def title_of(prompt: str) -> str:
    """Where nobody gives one: how the prompt begins, up to a whole word if one ends there."""
    words = plain_name(prompt)
    if len(words) <= TITLE:
        return words
    begun = words[: TITLE + 1].rpartition(" ")[0]
    return (begun if len(begun) > TITLE // 2 else words[:TITLE]).rstrip(" ,.;:") + "…"


def as_sent(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Values as a form would send them."""
    return {name: "" if value is None else value for name, value in values}
