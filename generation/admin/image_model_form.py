"""The form of a model of the catalogue: what staff write is checked, and refused in sentences."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from generation.admin.key_form import KeyForm
from generation.catalogue import rules
from generation.families import CHOICES
from generation.models import ImageModel

# What, once corrected, makes an earlier trouble worth another try.
CORRECTIONS = {
    "adapter",
    "address",
    "family",
    "forget_key",
    "new_key",
    "options",
    "provider",
    "service",
    "weights_sha256",
}


class Pretty(forms.JSONField):
    def to_python(self, value: Any) -> Any:
        data = super().to_python(value)
        return {} if data is None else data

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value  # what was typed and refused, as it was typed
        return json.dumps(value, indent=2, ensure_ascii=False)


def _json(label: str, rows: int, help: str) -> Pretty:
    attributes = {"rows": rows, "class": "vLargeTextField", "spellcheck": "false"}
    return Pretty(
        label=label, required=False, widget=forms.Textarea(attrs=attributes), help_text=help
    )


class ImageModelForm(KeyForm):
    family = forms.ChoiceField(
        choices=[("", "Read from the files"), *CHOICES],
        required=False,
        help_text="Architecture. It brings the contract that the one below is laid over.",
    )
    contract_data = _json(
        "Contract",
        16,
        "JSON: width, height, num_inference_steps, guidance_scale, strength and scale, each with"
        " default, min, max and step, or fixed and reason (guidance_scale and strength may be"
        " false: not used); negative_prompt, long_prompts and prompt_weights (true or false);"
        " modes, schedulers and sizes (lists); images_per_call, company_pixels, references,"
        " loras, prompt_tokens."
        " What is left out is as its family has it, else as usual. Empty: all of it.",
    )
    options = _json(
        "Options",
        6,
        "JSON: dtype, base (folder or hub repository with what a single file lacks), offload,"
        " slicing, tiling, attention, attention_slicing, channels_last, fuse_qkv, compile,"
        " compile_sizes, cache, cache_threshold, quantisation. Empty: as usual.",
    )
    adapter = _json("Adapter", 10, "JSON, for a model of a service: how it is asked.")

    class Meta:
        model = ImageModel
        fields = (
            "name",
            "slug",
            "description",
            "is_active",
            "position",
            "units",
            "plans",
            "provider",
            "service",
            "address",
            "family",
            "weights_sha256",
            "is_gated",
            "download_gb",
            "memory_gb",
            "cost",
            "contract_data",
            "options",
            "adapter",
        )

    def clean_weights_sha256(self) -> str:
        given = str(self.cleaned_data["weights_sha256"]).strip().lower()
        if given and not re.fullmatch(r"[0-9a-f]{64}", given):
            raise ValidationError("A SHA-256 has 64 digits from 0 to f.")
        return given

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the instance has the form's values after it
        try:
            rules.check(self.instance)
        except ValidationError as error:
            wrong = {
                name: sentences
                for name, sentences in error.message_dict.items()
                if name in self.fields and name not in self.errors
            }
            for name, sentences in wrong.items():
                self.add_error(name, sentences)

    def save(self, commit: bool = True) -> ImageModel:
        if CORRECTIONS & set(self.changed_data):
            self.instance.trouble = ""  # it was about what has just been corrected
        if "service" in self.changed_data:
            self.instance.api_key = ""  # it was given to the host of the one before
        model: ImageModel = super().save(commit)
        return model
