"""The only place that says which numbers hold for a person: their plan's, or others of their own.

Whoever enforces one asks the account, never the plan, and never for a plan's name.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, IntegerField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from billing.models.override import Override

if TYPE_CHECKING:
    from billing.models.plan import Plan

Limit = Override.Limit


class Limits(models.Model):
    """Of an account, read along with it and its plan."""

    # By the names of the plan's fields; null: no limit. Nearly always empty. Kept here, so that
    # nobody's request has to ask for groups and exceptions (billing/renewal.py renews it).
    own_limits = models.JSONField(default=dict, editable=False)

    if TYPE_CHECKING:
        plan: models.ForeignKey[Plan, Plan]

    class Meta:
        abstract = True

    @property
    def daily_units(self) -> int | None:
        return self.limit(Limit.DAILY_UNITS)

    @property
    def running_jobs(self) -> int:
        return self.limit(Limit.RUNNING_JOBS)

    @property
    def waiting_jobs(self) -> int | None:
        return self.limit(Limit.WAITING_JOBS)

    @property
    def images_per_request(self) -> int | None:
        """Pictures of one prompt."""
        return self.limit(Limit.IMAGES)

    @property
    def prompts_per_request(self) -> int:
        return self.limit(Limit.PROMPTS)

    @property
    def workspaces(self) -> int | None:
        """How many they may own."""
        return self.limit(Limit.WORKSPACES)

    @property
    def storage_bytes(self) -> int | None:
        size: float | None = self.limit(Limit.STORAGE)
        return None if size is None else int(size * 2**30)

    @property
    def chat_messages(self) -> int | None:
        """A day."""
        return self.limit(Limit.CHAT)

    @property
    def may_bring_keys(self) -> bool:
        """For services elsewhere."""
        return bool(self.limit(Limit.OWN_KEYS))

    def limit(self, limit: Limit) -> Any:
        """The number that holds; None: no limit."""
        if limit.value in self.own_limits:
            return self.own_limits[limit.value]
        return getattr(self.plan, limit.value)


def may_bring_keys(account: str) -> Q:
    """Of rows from which this path leads to an account."""
    own = f"{account}__own_limits__{Limit.OWN_KEYS.value}"
    by_plan = Q(**{f"{account}__plan__may_bring_keys": True, f"{own}__isnull": True})
    return Q(**{own: 1}) | by_plan


def limit_in_sql(limit: Limit) -> Coalesce:
    """Of accounts; for the numbers that always are some."""
    own = Cast(KeyTextTransform(limit.value, "own_limits"), IntegerField())
    return Coalesce(own, F(f"plan__{limit.value}"), output_field=IntegerField())
