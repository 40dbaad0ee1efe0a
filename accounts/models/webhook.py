"""An address of a person's own that is called when something happens; one for each person."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from pixazo.encrypted import EncryptedTextField
from pixazo.models import TimeOrdered

# So many one after the other, for so long, and it is switched off: an outage of an hour in which
# much happens here ends nothing.
MOST_FAILURES = 10
MOST_TIME = timedelta(days=3)


LONGEST = 500  # characters of an address


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


class Webhook(TimeOrdered):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhook")
    # Encrypted: many such addresses are secrets themselves.
    url = EncryptedTextField(max_length=LONGEST)
    secret = EncryptedTextField(default=new_secret, max_length=100)
    is_active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, help_text="No call was received since then.")

    def __str__(self) -> str:
        return f"Webhook of {self.user}"

    @classmethod
    def of(cls, user: Any) -> "Webhook | None":
        return cls.objects.filter(user=user).first()

    @classmethod
    def set_to(cls, user: Any, url: str) -> "Webhook":
        """Call this one from now on; its secret stays, its failures are forgotten."""
        known = {"url": url, "is_active": True, "failures": 0, "failing_since": None}
        row, _new = cls.objects.update_or_create(user=user, defaults=known)
        return row

    def succeeded(self) -> None:
        if self.failures:
            self._rows().update(failures=0, failing_since=None)

    def failed(self) -> bool:
        """True if it is now switched off by it: once."""
        moment = now()
        since = Coalesce("failing_since", moment, output_field=models.DateTimeField())
        self._rows().update(failures=F("failures") + 1, failing_since=since)
        rows = self._rows().filter(
            is_active=True, failures__gte=MOST_FAILURES, failing_since__lte=moment - MOST_TIME
        )
        return bool(rows.update(is_active=False))

    def renew_secret(self) -> None:
        self.secret = new_secret()
        self.save(update_fields=["secret"])

    def _rows(self) -> models.QuerySet["Webhook"]:
        return type(self).objects.filter(pk=self.pk)
