"""How a person likes the site, one row for each key that differs from its default."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction

from accounts.models.page_view import PageView
from accounts.preferences import KNOWN, check
from pixazo.models import TimeOrdered
from pixazo.prepared import Rows


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def of(self, user: Any) -> dict[str, Any]:
        """Every known key with what the person chose, or its default. One query."""
        values = {key: known.default for key, known in KNOWN.items()}
        chosen = {row.key: row.value for row in _CHOSEN(user=user.pk)} if user else {}
        # A row may be older than the rule about its key.
        return values | {key: chosen[key] for key in values if key in chosen}

    @transaction.atomic
    def remember(self, user: Any, values: dict[str, Any]) -> None:
        """Keep these, all or none; None puts a key back to its default.

        Raises `UserError` in words for an unknown key or a value that won't do. Two tabs at once
        may write the same key: the later one stands.
        """
        for key, value in values.items():
            check(key, value)
        if values.get("page_views") is False:
            PageView.objects.filter(user=user).delete()  # also what was counted before
        # One at a time for each person: rows that are changed and rows that come can't be locked in
        # one order, and each of two tabs could wait for the other.
        list(get_user_model().objects.select_for_update(no_key=True).filter(pk=user.pk))
        self.filter(user=user, key__in=[k for k, v in values.items() if v is None]).delete()
        rows = [Preference(user=user, key=k, value=v) for k, v in values.items() if v is not None]
        Preference.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user", "key"], update_fields=["value"]
        )


class Preference(TimeOrdered):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    key = models.CharField(max_length=40)
    value = models.JSONField()

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="preference_once"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"


_CHOSEN: Rows[Preference] = Rows(
    lambda user: Preference.objects.filter(user=user).only("key", "value"),
    planned_once=True,
    user=UUID,
)
