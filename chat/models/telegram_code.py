"""A code by which somebody says in Telegram who they are here: once, and soon."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from accounts.models import User
from pixazo.models import TimeOrdered

MINUTES = 10


class TelegramCodeQuerySet(models.QuerySet["TelegramCode"]):
    def issue(self, user: Any) -> str:
        """A new one, said this once; the one before is worth nothing any more."""
        code = secrets.token_urlsafe(18)  # what a deep link may carry: A-Z a-z 0-9 _ -
        known = {"digest": digest_of(code), "expires": now() + timedelta(minutes=MINUTES)}
        TelegramCode.objects.update_or_create(user=user, defaults=known)
        return code

    def redeem(self, code: str) -> User | None:
        """Whose it is, if it is good: then it was this once."""
        rows = self.filter(digest=digest_of(code), expires__gt=now(), user__is_active=True)
        found = rows.select_related("user").first()
        # Of two who come with it at once, one takes it away.
        if found is None or not rows.filter(pk=found.pk).delete()[0]:
            return None
        return found.user


class TelegramCode(TimeOrdered):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="telegram_code"
    )
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()

    objects = TelegramCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Code of {self.user}"


def digest_of(code: str) -> str:
    return sha256(code.encode()).hexdigest()
