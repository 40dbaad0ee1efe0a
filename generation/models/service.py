"""A service elsewhere that makes pictures: where it is, and how it is asked with whose key."""

from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered

# Of the services that the catalogue knows, by slug.
ADDRESSES = {"pixazo": "https://gateway.pixazo.ai", "openai": "https://api.openai.com/v1"}
# What a new row of a kind begins with, where nothing else is said of it: as the vendors document.
BEGINNINGS: dict[str, dict[str, str]] = {
    "pixazo": {
        "key_header": "Ocp-Apim-Subscription-Key",
        "key_prefix": "",
        "moderation_path": "/content-safety/v1/image-moderation",
    },
    "openai": {"key_header": "Authorization", "key_prefix": "Bearer", "moderation_path": ""},
}
# No name of a header that says how a message is sent.
HEADER = (
    r"(?i)\A(?!(host|cookie|connection|expect|te|trailer|upgrade)\Z|(transfer|content|proxy)-)"
    r"[a-z][a-z0-9-]*\Z"
)


class Service(TimeOrdered):
    class Kind(models.TextChoices):
        PIXAZO = "pixazo", "Pixazo.ai"
        OPENAI = "openai", "OpenAI-compatible"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind)
    base_url = models.URLField(
        max_length=300, help_text="Requests and the key go to this host only, never elsewhere."
    )
    api_key = EncryptedTextField(
        blank=True, help_text="For all models of the service. Encrypted, never shown again."
    )
    key_header = models.CharField(
        max_length=80,
        blank=True,
        validators=[RegexValidator(HEADER, "This is no name of a header that can bear a key.")],
        help_text="The header that bears the key. Empty: the one that the kind's vendor documents.",
    )
    key_prefix = models.CharField(
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9-]*\Z", "One word, such as Bearer.")],
        help_text="Stands before the key, with a space: Bearer. Empty: the key alone.",
    )
    moderation_path = models.CharField(
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"\A/(?!/)[\w./~-]*\Z", "A path begins with one /.")],
        help_text="Where it is asked whether a picture is safe. Empty: it is not asked.",
    )
    calls_a_minute = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1)], help_text="For each key."
    )
    is_active = models.BooleanField(default=True)
    closed_until = models.DateTimeField(
        null=True, editable=False, help_text="It failed too often of late: nothing is sent until."
    )
    trouble = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ("name",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        usual = BEGINNINGS.get(self.kind, {})
        if not self.key_header:
            self.key_header = usual.get("key_header", "")
            self.key_prefix = self.key_prefix or usual.get("key_prefix", "")
        if self._state.adding:
            self.moderation_path = self.moderation_path or usual.get("moderation_path", "")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name
