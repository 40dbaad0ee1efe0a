"""A number of a plan that is another one for a group, or for one person (W5)."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q


class Override(models.Model):
    """Edited by staff. What holds in the end is kept on the accounts (`billing/renewal.py`)."""

    class Limit(models.TextChoices):
        """By the names of the plan's fields."""

        DAILY_UNITS = "daily_units", "Units a day"
        RUNNING_JOBS = "running_jobs", "Pictures drawn at the same time"
        WAITING_JOBS = "waiting_jobs", "Pictures that may wait"
        QUEUE_WEIGHT = "queue_weight", "Share of the workers"
        IMAGES = "images_per_request", "Pictures of one prompt"
        PROMPTS = "prompts_per_request", "Prompts of one request"
        WORKSPACES = "workspaces", "Workspaces of their own"
        STORAGE = "storage_gb", "Storage in GiB"
        CHAT = "chat_messages", "Messages to the chat a day"
        OWN_KEYS = "may_bring_keys", "Keys of their own (1: yes, 0: no)"

    # Of these there is always some number.
    NEVER_EMPTY = (Limit.RUNNING_JOBS, Limit.QUEUE_WEIGHT, Limit.PROMPTS, Limit.OWN_KEYS)
    MAY_BE_NOTHING = (
        Limit.DAILY_UNITS,
        Limit.WAITING_JOBS,
        Limit.STORAGE,
        Limit.CHAT,
        Limit.OWN_KEYS,
    )

    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="plan_overrides"
    )
    account = models.ForeignKey(
        "billing.Account", models.CASCADE, null=True, blank=True, related_name="overrides"
    )
    limit = models.CharField(max_length=20, choices=Limit)
    value = models.FloatField(
        null=True, blank=True, help_text="In place of the plan's. Empty: no limit."
    )

    class Meta:
        ordering = ("group", "account", "limit")
        verbose_name = "exception to plans"
        verbose_name_plural = "exceptions to plans"
        constraints = (
            models.CheckConstraint(
                name="override_of_group_or_person",
                condition=Q(group=None, account__isnull=False)
                | Q(group__isnull=False, account=None),
                violation_error_message="An exception is for a group or for one person.",
            ),
            models.UniqueConstraint(fields=["group", "limit"], name="override_once_per_group"),
            models.UniqueConstraint(fields=["account", "limit"], name="override_once_per_person"),
        )

    def __str__(self) -> str:
        value = "no limit" if self.value is None else f"{self.value:g}"
        return f"{self.get_limit_display()}: {value}"

    @property
    def number(self) -> float | None:
        """As accounts keep it."""
        if self.value is None or self.limit == self.Limit.STORAGE:
            return self.value
        return int(self.value)

    def clean(self) -> None:
        if problem := self._problem():
            raise ValidationError({"value": problem})

    def _problem(self) -> str:
        value: Any = self.value
        if value is None:
            return "Here a number is needed." if self.limit in self.NEVER_EMPTY else ""
        if not 0 <= value < 2**31:
            return "This number is too small or too large."
        if value == 0 and self.limit not in self.MAY_BE_NOTHING:
            return "At least 1."
        if value > 1 and self.limit == self.Limit.OWN_KEYS:
            return "1 or 0: yes or no."
        if value % 1 and self.limit != self.Limit.STORAGE:
            return "A whole number is needed."
        return ""
