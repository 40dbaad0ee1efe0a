"""LoRAs, by staff: a file is looked into before anybody can pick it."""

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html_join

from generation.families import AUTO, CHOICES, FAMILIES, are_alike
from generation.models import Lora
from generation.providers.diffusers import hashes, header, lora_files
from generation.providers.diffusers.header import Header
from generation.providers.errors import ModelTrouble

# What trainers write into the file, in words of their own: at most so many characters are shown.
TOLD = ("ss_output_name", "ss_base_model_version", "modelspec.title", "modelspec.architecture")
LONGEST = 200


class LoraForm(forms.ModelForm):
    family = forms.ChoiceField(
        choices=[
            (slug, label)
            for slug, label in CHOICES
            if slug != AUTO and FAMILIES[slug].contract["loras"]
        ],
        help_text="Of the models that it fits.",
    )

    class Meta:
        model = Lora
        fields = (
            "name",
            "slug",
            "description",
            "is_active",
            "position",
            "family",
            "file",
            "trigger_words",
            "weight",
            "plans",
        )

    def clean_file(self) -> str:
        path = Path(self.cleaned_data["file"])
        if not path.is_absolute():
            raise ValidationError("The path must be absolute.")
        if not path.is_file():
            raise ValidationError("There is no such file.")
        try:
            found = header.read(path)
        except ModelTrouble as trouble:
            raise ValidationError(f"The file can't be used. {trouble.details}") from None
        if not lora_files.is_lora(found):
            raise ValidationError("The file holds no LoRA.")
        self._check_family(found)
        return str(path)

    def _check_family(self, found: Header) -> None:
        """`family` comes first of the fields, so it is known here."""
        family = self.cleaned_data.get("family", "")
        fits = lora_files.families(found)
        if family and fits and not any(are_alike(family, each) for each in fits):
            raise ValidationError(
                f"The file is a LoRA for {lora_files.label(fits)}, not for"
                f" {FAMILIES[family].label}."
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "file" in data:
            try:
                self.instance.sha256 = hashes.sha256_of(Path(data["file"]))
            except ModelTrouble as trouble:
                self.add_error("file", f"The file can't be read. {trouble.details}")
        return data

    def save(self, commit: bool = True) -> Lora:
        self.instance.trouble = ""  # it was about the file as it was before
        lora: Lora = super().save(commit)
        return lora


@admin.register(Lora)
class LoraAdmin(admin.ModelAdmin):
    form = LoraForm
    list_display = ("name", "slug", "family", "weight", "trigger_words", "is_active", "works")
    list_filter = ("is_active", "family", "plans")
    search_fields = ("name", "slug", "description", "file", "sha256")
    ordering = ("position", "name")
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("plans",)
    readonly_fields = ("sha256", "told", "trouble")
    fieldsets = (
        (None, {"fields": ("name", "slug", "description", "is_active", "position")}),
        ("The file", {"fields": ("family", "file", "sha256", "told", "trouble")}),
        ("How it is used", {"fields": ("trigger_words", "weight", "plans")}),
    )

    @admin.display(description="trouble")
    def works(self, lora: Lora) -> str:
        return lora.trouble or "none seen"

    @admin.display(description="the file says")
    def told(self, lora: Lora) -> str:
        """Text of whoever made it, shown as text."""
        if not lora.file:
            return "nothing"
        try:
            found = header.read(Path(lora.file))
        except ModelTrouble:
            return "It can't be read."
        fits = lora_files.label(lora_files.families(found)) or "not known"
        lines = [("for", f"{fits}, in {lora_files.form(found)}")]
        lines += [(name, found.metadata[name][:LONGEST]) for name in TOLD if name in found.metadata]
        return format_html_join("", "<div>{}: {}</div>", lines)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields  # recipes and programs find it by its slug
