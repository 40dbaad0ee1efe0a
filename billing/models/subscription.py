"""What Stripe says of a subscription, as it was last read there: only `billing/stripe` writes."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def living(self) -> "SubscriptionQuerySet":
        """Those that are paid for, or may be again."""
        return self.exclude(status__in=Subscription.ENDED)

    def overdue(self) -> "SubscriptionQuerySet":
        """Not paid for longer than the grace lasts."""
        since = now() - datetime.timedelta(days=settings.GRACE_DAYS)
        return self.filter(status=Subscription.Status.PAST_DUE, past_due_since__lte=since)


class Subscription(models.Model):
    class Status(models.TextChoices):
        INCOMPLETE = "incomplete", gettext_lazy("Not paid yet")
        INCOMPLETE_EXPIRED = "incomplete_expired", gettext_lazy("Never paid")
        TRIALING = "trialing", gettext_lazy("On trial")
        ACTIVE = "active", gettext_lazy("Active")
        PAST_DUE = "past_due", gettext_lazy("Payment failed")
        UNPAID = "unpaid", gettext_lazy("Unpaid")
        CANCELED = "canceled", gettext_lazy("Ended")
        PAUSED = "paused", gettext_lazy("Paused")

    ENDED = (Status.CANCELED, Status.INCOMPLETE_EXPIRED)

    customer = models.ForeignKey("billing.Customer", models.CASCADE, related_name="subscriptions")
    stripe_id = models.CharField(max_length=255, unique=True)
    item_id = models.CharField(max_length=255, blank=True)
    # Statuses that Stripe adds are kept as they are, and give nothing.
    status = models.CharField(max_length=30, choices=Status)
    plan = models.ForeignKey("billing.Plan", models.SET_NULL, null=True, related_name="+")
    interval = models.CharField(max_length=10, blank=True)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="When it ends, where it was cancelled.")
    past_due_since = models.DateTimeField(null=True)
    read = models.DateTimeField(help_text="When Stripe was last asked.")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["past_due_since"],
                condition=Q(status="past_due"),
                name="subscription_past_due",
            ),
        )

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def grace_ends(self) -> datetime.datetime | None:
        """Until when an unpaid plan stays; None where it is paid."""
        if self.status != self.Status.PAST_DUE or self.past_due_since is None:
            return None
        return self.past_due_since + datetime.timedelta(days=settings.GRACE_DAYS)

    @property
    def gives(self) -> bool:
        """Whether its plan is to be had by it now."""
        if self.status in {self.Status.ACTIVE, self.Status.TRIALING}:
            return True
        return (ends := self.grace_ends) is not None and now() < ends

    @property
    def is_ending(self) -> bool:
        return self.ends_at is not None and self.status not in self.ENDED
