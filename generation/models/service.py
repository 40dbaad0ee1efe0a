"""A service elsewhere that makes pictures: where it is, and the site's key for it."""

from django.core.validators import MinValueValidator
from django.db import models

from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered

# Of the services that the catalogue knows, by slug.
ADDRESSES = {"pixazo": "https://gateway.pixazo.ai", "openai": "https://api.openai.com/v1"}


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

    def __str__(self) -> str:
        return self.name
