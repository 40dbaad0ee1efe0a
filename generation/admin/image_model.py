"""The catalogue (S027, S039, S040, S138): a saved change is in the picker at the next request."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from generation.contract import Parameter
from generation.models import ImageModel, Job
from pixazo.admin import link_to_list


class Pretty(forms.JSONField):
    def to_python(self, value: Any) -> Any:
        data = super().to_python(value)
        return {} if data is None else data

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value  # what was typed and refused, as it was typed
        return json.dumps(value, indent=2, ensure_ascii=False)


class ImageModelForm(forms.ModelForm):
    contract_data = Pretty(
        label="Contract",
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 16, "class": "vLargeTextField", "spellcheck": "false"}
        ),
        help_text="JSON: width, height, num_inference_steps and guidance_scale, each with default,"
        " min, max and step, or fixed and reason; negative_prompt (true or false); modes;"
        " images_per_call. What is left out has the usual range. Empty: all usual ranges.",
    )
    new_key = forms.CharField(
        label="New key",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Encrypted, never shown again. Empty keeps the key that is there.",
    )
    forget_key = forms.BooleanField(label="Forget the key", required=False)

    class Meta:
        model = ImageModel
        fields = (
            "name",
            "slug",
            "description",
            "is_active",
            "position",
            "units",
            "provider",
            "address",
            "contract_data",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_key") and data.get("forget_key"):
            self.add_error("forget_key", "Either a new key or none.")
        return data

    def save(self, commit: bool = True) -> ImageModel:
        if self.cleaned_data["new_key"] or self.cleaned_data["forget_key"]:
            self.instance.api_key = self.cleaned_data["new_key"]
        if {"address", "provider", "new_key", "forget_key"} & set(self.changed_data):
            self.instance.trouble = ""  # it was about what has just been corrected
        return super().save(commit)


@admin.register(ImageModel)
class ImageModelAdmin(admin.ModelAdmin):
    form = ImageModelForm
    list_display = ("name", "slug", "provider", "address", "units", "is_active", "works")
    list_filter = ("is_active", "provider")
    search_fields = ("name", "slug", "address", "description")
    ordering = ("position", "name")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("key", "summary", "trouble", "jobs")
    fieldsets = (
        (None, {"fields": ("name", "slug", "description", "is_active", "position", "units")}),
        ("Where it is", {"fields": ("provider", "address", "trouble")}),
        ("Key", {"fields": ("key", "new_key", "forget_key")}),
        ("What it can do", {"fields": ("summary", "contract_data", "jobs")}),
    )

    @admin.display(description="trouble")
    def works(self, model: ImageModel) -> str:
        return model.trouble or "none seen"

    @admin.display(description="key")
    def key(self, model: ImageModel) -> str:
        return "set" if model.api_key else "not set"

    @admin.display(description="in words")
    def summary(self, model: ImageModel) -> str:
        lines = [(_in_words(each),) for each in model.contract.parameters.values()]
        leave_out = "can" if model.contract.negative_prompt else "can't"
        lines.append((f"“Leave out” {leave_out} be used",))
        lines.append((f"{model.contract.images_per_call} picture(s) per call",))
        return format_html_join("", "<div>{}</div>", lines)

    @admin.display(description="jobs")
    def jobs(self, model: ImageModel) -> str:
        return link_to_list("Jobs of this model", Job, model__id__exact=model.pk)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields  # programs and archives find it by its slug

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        later = {"key", "forget_key", "summary", "trouble", "jobs"}
        return tuple(
            (title, {"fields": tuple(name for name in options["fields"] if name not in later)})
            for title, options in fieldsets
        )

    def view_on_site(self, obj: ImageModel) -> str:
        return reverse("models")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One by one, and only what made nothing: old pictures keep their model (switch it off)."""
        unused = obj is not None and not obj.batches.exists()
        return unused and super().has_delete_permission(request, obj)


def _in_words(parameter: Parameter) -> str:
    if parameter.fixed:
        return f"{parameter.label}: always {parameter.default:g}. {parameter.reason}"
    limits = f"{parameter.min:g} to {parameter.max:g} in steps of {parameter.step:g}"
    return f"{parameter.label}: {limits}, usually {parameter.default:g}"
