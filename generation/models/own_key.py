"""A person's own key for a service: used for their pictures only, where their plan allows it."""

from django.conf import settings
from django.db import models

from generation.models.service import Service
from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered


class OwnKey(TimeOrdered):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="service_keys")
    service = models.ForeignKey(Service, models.CASCADE, related_name="own_keys")
    key = EncryptedTextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "service"], name="own_key_once_per_service"),
        )

    @property
    def ending(self) -> str:
        """Enough to know it again by, too little to use."""
        return f"…{self.key[-4:]}" if len(self.key) >= 12 else "…"

    def __str__(self) -> str:
        return f"{self.user} for {self.service}"
