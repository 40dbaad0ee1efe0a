"""What a style may hold: its form, which the pages and a file fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.library.limits import MAX_SEED, MOST_GUIDANCE, MOST_STEPS
from workspaces.names import plain_text
from workspaces.placing import NamedForm
from workspaces.prompts import TemplateError, check_style

PLACE = "{prompt}"  # where the prompt goes in a style's words
HELD = (
    "positive_prompt",
    "negative_prompt",
    "model",
    "num_inference_steps",
    "guidance_scale",
    "seed",
)


class StyleFields(NamedForm):
    positive_prompt = forms.CharField(
        label=gettext_lazy("Words around the prompt"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "{prompt} is where the prompt goes. Without it, the words go behind the prompt."
        ),
    )
    negative_prompt = forms.CharField(
        label=gettext_lazy("Leave out"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    model: Any = forms.SlugField(label=gettext_lazy("Model"), max_length=100, required=False)
    num_inference_steps = forms.IntegerField(
        label=gettext_lazy("Steps"), min_value=1, max_value=MOST_STEPS, required=False
    )
    guidance_scale = forms.FloatField(
        label=gettext_lazy("Guidance"), min_value=0, max_value=MOST_GUIDANCE, required=False
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"), min_value=0, max_value=MAX_SEED, required=False
    )

    nameless = gettext_lazy("A style needs a name.")

    def clean_positive_prompt(self) -> str:
        return _readable(self.cleaned_data["positive_prompt"])

    def clean_negative_prompt(self) -> str:
        return _readable(self.cleaned_data["negative_prompt"])

    def clean(self) -> dict[str, Any]:
        known: dict[str, Any] = super().clean() or {}
        if not self.errors and all(known[name] in (None, "") for name in HELD):
            self.add_error("positive_prompt", _("Words or one setting: a style holds something."))
        return known


def _readable(sent: str) -> str:
    """Choices and lists are read when it is used; a brace without its other is told now."""
    words = plain_text(sent)
    if words.count(PLACE) > 1:
        raise forms.ValidationError(_("The prompt has one place: write {prompt} once."))
    try:
        check_style(words)
    except TemplateError as error:
        raise forms.ValidationError(error.sentence) from None
    return words
