"""An address of a person's own that is called when something happens; one for each person."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F

from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered

MOST_FAILURES = 10  # one after the other, then it is switched off


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


class Webhook(TimeOrdered):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhook")
    # Encrypted: many such addresses are secrets themselves.
    url = EncryptedTextField(max_length=500)
    secret = EncryptedTextField(default=new_secret, max_length=100)
    is_active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Webhook of {self.user}"

    @classmethod
    def of(cls, user: Any) -> "Webhook | None":
        return cls.objects.filter(user=user).first()

    @classmethod
    def set_to(cls, user: Any, url: str) -> "Webhook":
        """Call this one from now on; its secret stays, its failures are forgotten."""
        known = {"url": url, "is_active": True, "failures": 0}
        row, _new = cls.objects.update_or_create(user=user, defaults=known)
        return row

    def succeeded(self) -> None:
        if self.failures:
            self._rows().update(failures=0)

    def failed(self) -> bool:
        """True if it is now switched off by it: once."""
        self._rows().update(failures=F("failures") + 1)
        rows = self._rows().filter(is_active=True, failures__gte=MOST_FAILURES)
        return bool(rows.update(is_active=False))

    def renew_secret(self) -> None:
        self.secret = new_secret()
        self.save(update_fields=["secret"])

    def _rows(self) -> models.QuerySet["Webhook"]:
        return type(self).objects.filter(pk=self.pk)
