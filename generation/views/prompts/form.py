"""The form of a saved prompt on its page: with the models that there are, and where it is kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.models import ImageModel
from pixazo.texts.kept import shown
from workspaces.library.around import Around
from workspaces.library.fields import PromptFields
from workspaces.models import SavedPrompt
from workspaces.placing import PlaceField, place, places_of


class SavedPromptForm(PromptFields):
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    style = forms.ChoiceField(label=gettext_lazy("Style"), required=False)
    model = forms.ChoiceField(label=gettext_lazy("Model"), required=False)
    workspace = PlaceField()

    field_order = (
        "title",
        "tags",
        "prompt",
        "negative_prompt",
        "workspace",
        "theme",
        "style",
        "model",
        "width",
        "height",
        "num_inference_steps",
        "guidance_scale",
        "seed",
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        around = Around(user)
        super().__init__(around, *args, **kwargs)
        self.user = user
        for name, rows in (("theme", around.themes), ("style", around.styles)):
            field: Any = self.fields[name]
            known = [(pk, shown(row.name)) for pk, row in rows.items()]
            field.choices = [("", _("None")), *known]
        usable = ImageModel.objects.seen_by(user).usable_by(user).order_by("position", "name")
        choices = list(usable.values_list("slug", "name"))
        # One that has gone since stays what the prompt says, until somebody chooses another.
        kept = self.initial.get("model")
        if kept and kept not in dict(choices):
            choices.append((kept, kept))
        model: Any = self.fields["model"]
        model.choices = [("", _("Whichever is chosen")), *choices]
        workspace: Any = self.fields["workspace"]
        workspace.queryset = places_of(user)

    def fits(self, row: SavedPrompt) -> bool:
        """Put what was sent into the row; False where the place does not take it, which the form
        then says."""
        if not self.is_valid():
            return False
        place(row, self.cleaned_data["workspace"], self.user)
        try:
            self.fill(row)
        except ValidationError as error:
            self.refuse(error)
            return False
        return True
