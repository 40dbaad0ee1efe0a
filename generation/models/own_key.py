"""A person's own key for a service: used for their pictures only, where their plan allows it."""

from typing import Any

from django.conf import settings
from django.db import models

from billing.models.limits import may_bring_keys
from generation.models.service import Service
from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered


class OwnKeyQuerySet(models.QuerySet["OwnKey"]):
    def usable_by(self, user: Any) -> "OwnKeyQuerySet":
        """Those that make this person's pictures: none where their plan allows none."""
        return self.filter(may_bring_keys("user__account"), user_id=user.pk)


class OwnKey(TimeOrdered):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="service_keys")
    service = models.ForeignKey(Service, models.CASCADE, related_name="own_keys")
    key = EncryptedTextField()

    objects = OwnKeyQuerySet.as_manager()

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
