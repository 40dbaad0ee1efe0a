"""A person's units: the day's balance, and the one conditional UPDATE that sets units aside."""

import datetime
import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from billing.models.hold import Hold
from billing.models.ledger import LedgerEntry
from billing.models.plan import Plan
from pixazo.errors import UserError


class OutOfUnits(UserError):
    code = "out_of_units"
    status = 429


class AccountQuerySet(models.QuerySet["Account"]):
    def of(self, user: models.Model) -> "Account":
        """The account of a person; the first call makes it, on the default plan."""
        account = self.select_related("plan").filter(user=user).first()
        if account:
            return account
        self.get_or_create(user=user, defaults={"plan": Plan.objects.default(), "day": today()})
        return self.select_related("plan").get(user=user)


class Account(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="account")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="accounts")
    day = models.DateField(help_text="The day (UTC) that the two numbers are about.")
    held = models.PositiveIntegerField(default=0, help_text="Units set aside today.")
    spent = models.PositiveIntegerField(default=0, help_text="Units used today.")

    objects = AccountQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user} ({self.plan})"

    @property
    def left_today(self) -> int | None:
        """Units left until the reset; None where the plan has no daily cap."""
        if self.plan.daily_units is None:
            return None
        if self.day != today():
            return self.plan.daily_units
        return max(0, self.plan.daily_units - self.held - self.spent)

    @transaction.atomic
    def hold(self, units: int, references: list[uuid.UUID]) -> list[Hold]:
        """Set aside `units` for each reference, all or none; raises `OutOfUnits`.

        One conditional UPDATE decides, so that parallel requests can't oversell.
        """
        day = today()
        rows = Account.objects.filter(pk=self.pk)
        rows.filter(day__lt=day).update(day=day, held=0, spent=0)
        wanted = units * len(references)
        cap = self.plan.daily_units
        enough = Q() if cap is None else Q(held__lte=cap - wanted - F("spent"))
        if cap is not None and wanted > cap or not rows.filter(enough, day=day).update(
            held=F("held") + wanted
        ):
            self.refresh_from_db()
            raise OutOfUnits(self._refusal(wanted))
        holds = Hold.objects.bulk_create(
            Hold(account=self, reference=reference, units=units, day=day)
            for reference in references
        )
        LedgerEntry.objects.bulk_create(
            LedgerEntry(account=self, hold=hold, kind=LedgerEntry.Kind.HOLD, units=units)
            for hold in holds
        )
        self.refresh_from_db(fields=["day", "held", "spent"])
        return holds

    def settle(self, units: int, day: datetime.date, *, captured: bool) -> None:
        """Take `units` out of what is held; yesterday's holds no longer touch today's numbers."""
        changes: dict[str, object] = {"held": F("held") - units}
        if captured:
            changes["spent"] = F("spent") + units
        Account.objects.filter(pk=self.pk, day=day).update(**changes)

    def _refusal(self, wanted: int) -> str:
        left = self.left_today or 0
        plural = "" if left == 1 else "s"
        have = f"You have {left} unit{plural} left" if left else "You have no units left"
        return f"{have} today, this needs {wanted}. Your units are back at 00:00 UTC ({_in_hours()})."


def today() -> datetime.date:
    """The day units are counted by: UTC, the same for everybody."""
    return datetime.datetime.now(datetime.UTC).date()


def reset_at() -> datetime.datetime:
    """When the day's units come back."""
    return datetime.datetime.combine(
        today() + datetime.timedelta(days=1), datetime.time(), datetime.UTC
    )


def _in_hours() -> str:
    minutes = int((reset_at() - datetime.datetime.now(datetime.UTC)).total_seconds() // 60) + 1
    return f"in {minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"in {minutes} min"
