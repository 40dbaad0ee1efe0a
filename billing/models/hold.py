"""Units set aside for one image, until it is there (captured) or will never be (released)."""

import uuid

from django.db import models, transaction
from django.db.models import F, Q

from billing.models.ledger import LedgerEntry
from billing.units import UnitsField, plain
from pixazo.insertion import insert_columns
from pixazo.models import TimeOrdered
from pixazo.prepared import Change


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> "HoldQuerySet":
        """Neither used nor returned yet."""
        return self.filter(state=Hold.State.HELD)

    def of(self, reference: uuid.UUID) -> "Hold | None":
        """The hold of a job; after a retry the new one."""
        return self.filter(reference=reference).order_by("-id").first()


class Hold(TimeOrdered):
    class State(models.TextChoices):
        HELD = "held", "Set aside"
        CAPTURED = "captured", "Used"
        RELEASED = "released", "Returned"

    account = models.ForeignKey("billing.Account", models.CASCADE, related_name="holds")
    reference = models.UUIDField(db_index=True, help_text="The job the units are for.")
    units = UnitsField()
    # The rest are of the day. What is returned goes back to where it was taken from.
    extra = UnitsField(default=0, help_text="How many of them are extra units.")
    day = models.DateField(help_text="The day (UTC) whose units these are.")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = (
            # A job is paid once. What was returned may be held again: that is a retry.
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(state="released"), name="hold_once_per_job"
            ),
            models.CheckConstraint(name="hold_is_never_free", condition=Q(units__gt=0)),
            models.CheckConstraint(
                name="hold_takes_no_more_extra_than_all",
                condition=Q(extra__gte=0, extra__lte=F("units")),
            ),
        )
        indexes = (models.Index(fields=["account", "day", "state"]),)

    def __str__(self) -> str:
        return f"{self.units} for {self.reference}: {self.get_state_display()}"

    def capture(self) -> bool:
        """The image is there: the units are used. False if they were settled before."""
        return self._settle(self.State.CAPTURED, LedgerEntry.Kind.CAPTURE, "")

    def release(self, reason: str) -> bool:
        """The image will not be made: the units go back. False if they were settled before."""
        return self._settle(self.State.RELEASED, LedgerEntry.Kind.RELEASE, reason)

    @property
    def may_be_refunded(self) -> bool:
        """Used, and not given back since."""
        is_used = self.state == self.State.CAPTURED
        return is_used and not self.entries.filter(kind=LedgerEntry.Kind.REFUND).exists()

    @transaction.atomic
    def refund(self, reason: str) -> bool:
        """What was used is given back after all, as extra units: the day it was of may be over.
        False if it was refunded before, or was never used."""
        if not Hold.objects.filter(pk=self.pk, state=self.State.CAPTURED).exists():
            return False
        line = {"account_id": self.account_id, "units": self.units, "reason": reason[:100]}
        _, is_first = LedgerEntry.objects.get_or_create(
            hold=self, kind=LedgerEntry.Kind.REFUND, defaults=line
        )
        if is_first:
            self.account.return_extra(self.units)
        return is_first

    @transaction.atomic
    def _settle(self, state: "Hold.State", kind: LedgerEntry.Kind, reason: str) -> bool:
        if not _SETTLE(pk=self.pk, state=str(state)):
            return False
        self.state = state
        captured = state == self.State.CAPTURED
        if self.extra:
            self._settle_extra(captured=captured)
        else:
            self.account.settle(self.units, self.day, captured=captured)
        insert_columns(
            LedgerEntry,
            1,
            account_id=self.account_id,
            hold_id=self.pk,
            kind=kind,
            units=self.units,
            reason=reason[:100],
        )
        return True

    def _settle_extra(self, *, captured: bool) -> None:
        if not captured:
            self.account.return_extra(self.extra)
        if of_the_day := plain(self.units - self.extra):
            self.account.settle(of_the_day, self.day, captured=captured)


_SETTLE = Change(
    lambda pk, state: (Hold.objects.open().filter(pk=pk), {"state": state}),
    pk=uuid.UUID,
    state=str,
)
