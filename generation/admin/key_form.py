"""A form with a key that is written and never read back."""

from typing import Any

from django import forms


class KeyForm(forms.ModelForm):
    key_field = "api_key"
    new_key = forms.CharField(
        label="New key",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Encrypted, never shown again. Empty keeps the key that is there.",
    )
    forget_key = forms.BooleanField(label="Forget the key", required=False)

    def clean_new_key(self) -> str:
        key: str = self.cleaned_data["new_key"].strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise forms.ValidationError("A key has no spaces or special signs.")
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_key") and data.get("forget_key"):
            self.add_error("forget_key", "Either a new key or none.")
        return data

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["new_key"] or self.cleaned_data["forget_key"]:
            setattr(self.instance, self.key_field, self.cleaned_data["new_key"])
        return super().save(commit)
