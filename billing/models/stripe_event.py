"""Stripe's events, once each: the row is written before Stripe is answered, the work is done after.

Of an event only its kind and the object that it is about are kept. The object itself is read again
when the work is done, so that old news can't undo newer ones, and nothing personal lies here.
"""

import datetime

from django.db import models
from django.db.models import F
from django.utils.timezone import now

MOST_ATTEMPTS = 20  # with growing pauses, about three days: as long as Stripe itself tries
LEASE = datetime.timedelta(minutes=5)  # after which whoever began the work is taken for dead
LONGEST_PAUSE = datetime.timedelta(hours=6)
KEPT = datetime.timedelta(days=180)


class StripeEventQuerySet(models.QuerySet["StripeEvent"]):
    def due(self) -> "StripeEventQuerySet":
        return self.filter(state=StripeEvent.State.WAITING, next_try__lte=now())

    def failed(self) -> "StripeEventQuerySet":
        return self.filter(state=StripeEvent.State.FAILED)

    def forget_old(self) -> None:
        self.filter(state=StripeEvent.State.DONE, received__lt=now() - KEPT).delete()


class StripeEvent(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Given up"

    id = models.CharField(primary_key=True, max_length=255)
    kind = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255)
    customer_id = models.CharField(max_length=255, blank=True, help_text="Stripe's.")
    api_version = models.CharField(max_length=40, blank=True)
    happened = models.DateTimeField(help_text="By Stripe's clock.")
    received = models.DateTimeField(auto_now_add=True)
    was_missed = models.BooleanField(
        default=False, help_text="It never came, and was found by the reconciliation."
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=now)
    result = models.CharField(max_length=500, blank=True)
    finished = models.DateTimeField(null=True)

    objects = StripeEventQuerySet.as_manager()

    class Meta:
        ordering = ("-received",)
        indexes = (
            models.Index(fields=["state", "next_try"], name="stripe_event_due"),
            models.Index(fields=["-received"], name="stripe_event_received"),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.id})"

    def claim(self) -> bool:
        """Take it for this process; False if it is done, not due yet, or somebody else's."""
        rows = StripeEvent.objects.due().filter(pk=self.pk)
        if not rows.update(attempts=F("attempts") + 1, next_try=now() + LEASE):
            return False
        self.refresh_from_db()
        return True

    def done(self, result: str) -> None:
        self._move(self.State.DONE, result)

    def not_yet(self, why: str) -> bool:
        """To be tried again later; True where it was the last time."""
        last = self.attempts >= MOST_ATTEMPTS
        if last:
            self._move(self.State.FAILED, why)
        else:
            pause = min(datetime.timedelta(minutes=2 ** (self.attempts - 1)), LONGEST_PAUSE)
            self._mine().update(result=why[:500], next_try=now() + pause)
        return last

    def replay(self) -> None:
        """Once more from the beginning, whatever became of it."""
        StripeEvent.objects.filter(pk=self.pk).update(
            state=self.State.WAITING, attempts=0, next_try=now(), finished=None
        )
        self.refresh_from_db()

    def _move(self, state: "StripeEvent.State", result: str) -> None:
        self._mine().update(state=state, result=result[:500], finished=now())
        self.refresh_from_db()

    def _mine(self) -> StripeEventQuerySet:
        """Its row while no other process has taken it over."""
        return StripeEvent.objects.filter(
            pk=self.pk, state=self.State.WAITING, attempts=self.attempts
        )
