"""Keys by which programs sign in. Only a prefix and a digest are stored; the key is shown once."""

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now, TruncDate
from django.db.models.lookups import LessThanOrEqual
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models.user import User
from pixazo.errors import UserError
from pixazo.logs import audit
from pixazo.models import TimeOrdered
from pixazo.prepared import Rows
from pixazo.scopes import SCOPES

PREFIX = "pxz_"
# As units are counted (billing/day.py), a room above: by the database's clock.
TODAY = TruncDate(Now(), tzinfo=datetime.UTC)


class CapReached(UserError):
    code = "key_cap"
    status = 429


def all_scopes() -> list[str]:
    """Of keys that were made before there were scopes, and of the command line."""
    return list(SCOPES)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def active(self) -> "ApiKeyQuerySet":
        living = Q(expires=None) | Q(expires__gt=now())
        return self.filter(living, revoked=None, user__is_active=True)


class ApiKey(TimeOrdered):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=all_scopes, help_text="What it may: read, generate, manage.")
    expires = models.DateTimeField(null=True)
    daily_cap = models.PositiveIntegerField(
        null=True, help_text="Units that it may ask for in a day. Empty: as many as its person."
    )
    counted_on = models.DateField(null=True, editable=False)
    used_halves = models.PositiveIntegerField(
        default=0, editable=False, help_text="What it asked for on that day, in half units."
    )
    last_used = models.DateTimeField(null=True, editable=False)
    revoked = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ("-created",)
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(
        cls, user: User, name: str, scopes: Sequence[str] = SCOPES, **limits: Any
    ) -> tuple["ApiKey", str]:
        """A new key: the row to keep, and the text to show this once. `limits` are `expires` and
        `daily_cap`."""
        key = PREFIX + secrets.token_urlsafe(32)
        row = cls.objects.create(
            user=user,
            name=name,
            prefix=key[:12],
            digest=_digest(key),
            scopes=list(scopes),
            **limits,
        )
        audit.note("key.made", person=user.pk, key=row.prefix, scopes=" ".join(scopes))
        return row, key

    @classmethod
    def find(cls, key: str) -> "ApiKey | None":
        """The active row of a key, or None. The digest is of 256 random bits: no need to salt."""
        row = _OF_DIGEST.first(digest=_digest(key))
        return None if row is None or row.is_over else row

    @property
    def is_over(self) -> bool:
        return self.expires is not None and self.expires <= now()

    @property
    def used_today(self) -> float:
        """Units it asked for, where it has a cap of its own: others are not counted."""
        is_of_today = self.counted_on == now().astimezone(datetime.UTC).date()
        return self.used_halves / 2 if is_of_today else 0

    def spend(self, units: float) -> None:
        """Count what it asks for, in the transaction that accepts it. Raises `CapReached`.

        One conditional UPDATE decides, so that parallel requests can't get past the cap. What is
        given back later (a picture that failed) stays counted: the cap is there for a program that
        goes wild.
        """
        if self.daily_cap is None:
            return
        before = Case(When(counted_on=TODAY, then=F("used_halves")), default=Value(0))
        after = before + Value(int(units * 2))
        rows = type(self).objects.filter(LessThanOrEqual(after, F("daily_cap") * 2), pk=self.pk)
        if rows.update(used_halves=after, counted_on=TODAY):
            return
        raise CapReached(
            _(
                "This key may use %(cap)s units a day, and this would be more. The count begins"
                " anew at 00:00 UTC."
            )
            % {"cap": self.daily_cap}
        )

    def revoke(self) -> bool:
        if not type(self).objects.filter(pk=self.pk, revoked=None).update(revoked=now()):
            return False
        audit.note("key.revoked", person=self.user_id, key=self.prefix)
        return True

    def note_use(self) -> None:
        """Remember the use to the minute: one write a minute, not one a request."""
        moment = now()
        if self.last_used is None or (moment - self.last_used).total_seconds() > 60:
            type(self).objects.filter(pk=self.pk).update(last_used=moment)
            audit.note("key.used", who=self.user_id, person=self.user_id, key=self.prefix)


_OF_DIGEST: Rows[ApiKey] = Rows(
    lambda digest: ApiKey.objects.select_related("user").filter(
        digest=digest, revoked=None, user__is_active=True
    ),
    planned_once=True,
    digest=str,
)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
