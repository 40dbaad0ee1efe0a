"""Keys by which programs sign in. Only a prefix and a digest are stored; the key is shown once."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from accounts.models.user import User
from pixazo.models import TimeOrdered
from pixazo.prepared import Rows

PREFIX = "pxz_"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def active(self) -> "ApiKeyQuerySet":
        return self.filter(revoked=None, user__is_active=True)


class ApiKey(TimeOrdered):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    last_used = models.DateTimeField(null=True, editable=False)
    revoked = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ("-created",)
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(cls, user: User, name: str) -> tuple["ApiKey", str]:
        """A new key: the row to keep, and the text to show this once."""
        key = PREFIX + secrets.token_urlsafe(32)
        row = cls.objects.create(user=user, name=name, prefix=key[:12], digest=_digest(key))
        return row, key

    @classmethod
    def find(cls, key: str) -> "ApiKey | None":
        """The active row of a key, or None. The digest is of 256 random bits: no need to salt."""
        return _OF_DIGEST.first(digest=_digest(key))

    def revoke(self) -> bool:
        return bool(type(self).objects.filter(pk=self.pk, revoked=None).update(revoked=now()))

    def note_use(self) -> None:
        """Remember the use to the minute: one write a minute, not one a request."""
        moment = now()
        if self.last_used is None or (moment - self.last_used).total_seconds() > 60:
            type(self).objects.filter(pk=self.pk).update(last_used=moment)


_OF_DIGEST: Rows[ApiKey] = Rows(
    lambda digest: ApiKey.objects.active().select_related("user").filter(digest=digest), digest=str
)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
