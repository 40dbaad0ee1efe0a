"""A service elsewhere that talks: any that speaks OpenAI's chat completions."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered

# The first one: off until somebody says where it is, in the environment or here.
GROK = "grok"


class ChatProviderQuerySet(models.QuerySet["ChatProvider"]):
    def ready(self) -> "ChatProviderQuerySet":
        """Those that have an address and are on."""
        somewhere = ~models.Q(base_url="")
        if settings.GROK_URL:
            somewhere |= models.Q(slug=GROK)
        return self.filter(somewhere, enabled=True)


class ChatProvider(TimeOrdered):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    base_url = models.URLField(
        max_length=300,
        blank=True,
        help_text="Up to /v1. Requests and the key go to this host only, never elsewhere.",
    )
    key = EncryptedTextField(blank=True, help_text="Encrypted, never shown again.")
    streaming = models.BooleanField(
        default=True, help_text="Off: it is asked for whole answers, and these come at once."
    )
    calls_a_minute = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1)], help_text="Of all people together."
    )
    enabled = models.BooleanField(default=True)
    trouble = models.CharField(max_length=300, blank=True, editable=False)

    objects = ChatProviderQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where it is asked, without a slash at its end; empty: nobody has said."""
        found = self.base_url or (settings.GROK_URL if self.slug == GROK else "")
        return found.rstrip("/")

    @property
    def is_ready(self) -> bool:
        return self.enabled and bool(self.address)

    def note(self, trouble: str) -> None:
        """How it fares, for staff; empty: well. Written only where it changes."""
        rows = ChatProvider.objects.filter(pk=self.pk).exclude(trouble=trouble[:300])
        if rows.update(trouble=trouble[:300]):
            self.trouble = trouble[:300]
