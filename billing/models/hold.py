"""Units set aside for one image, until it is there (captured) or will never be (released)."""

import datetime

from django.db import models, transaction

from billing.models.ledger import LedgerEntry
from pixazo.models import TimeOrdered


class Hold(TimeOrdered):
    class State(models.TextChoices):
        HELD = "held", "Set aside"
        CAPTURED = "captured", "Used"
        RELEASED = "released", "Returned"

    account = models.ForeignKey("billing.Account", models.CASCADE, related_name="holds")
    reference = models.UUIDField(unique=True, help_text="The job the units are for.")
    units = models.PositiveIntegerField()
    day = models.DateField(help_text="The day (UTC) whose units these are.")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)

    def __str__(self) -> str:
        return f"{self.units} for {self.reference}: {self.get_state_display()}"

    def capture(self) -> bool:
        """The image is there: the units are used. False if they were settled before."""
        return self._settle(self.State.CAPTURED, LedgerEntry.Kind.CAPTURE, "")

    def release(self, reason: str) -> bool:
        """The image will not be made: the units go back. False if they were settled before."""
        return self._settle(self.State.RELEASED, LedgerEntry.Kind.RELEASE, reason)

    @transaction.atomic
    def _settle(self, state: "Hold.State", kind: LedgerEntry.Kind, reason: str) -> bool:
        mine = Hold.objects.filter(pk=self.pk, state=self.State.HELD).update(state=state)
        if not mine:
            return False
        self.state = state
        self.account.settle(self.units, self.day, captured=state == self.State.CAPTURED)
        LedgerEntry.objects.create(
            account_id=self.account_id, hold=self, kind=kind, units=self.units, reason=reason[:100]
        )
        return True

    @property
    def is_todays(self) -> bool:
        return self.day == datetime.datetime.now(datetime.UTC).date()
