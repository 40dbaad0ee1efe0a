"""What a theme may hold: its form, which the pages and the API fill in."""

from django import forms
from django.utils.translation import gettext_lazy

from workspaces.placing import NamedForm


class ThemeFields(NamedForm):
    base_prompt = forms.CharField(
        label=gettext_lazy("Base prompt"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Goes before every prompt where this theme is chosen."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    nameless = gettext_lazy("A theme needs a name.")
