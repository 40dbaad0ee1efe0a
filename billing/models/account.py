"""A person's units: the day's balance, and the one conditional UPDATE that sets units aside."""

import datetime
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.day import DATABASE_TODAY, reset_in, seconds_left, today
from billing.models.extra import ExtraUnits
from billing.models.hold import Hold
from billing.models.ledger import LedgerEntry
from billing.models.limits import Limits
from billing.models.plan import Plan
from billing.units import Units, UnitsField, exactly, plain
from pixazo.errors import UserError
from pixazo.ids import uuid7
from pixazo.insertion import insert_columns
from pixazo.logs import audit
from pixazo.prepared import Change, Rows


class OutOfUnits(UserError):
    code = "out_of_units"
    status = 429


class StorageFull(UserError):
    code = "storage_full"
    status = 409


class AccountQuerySet(models.QuerySet["Account"]):
    def of_people(self) -> "AccountQuerySet":
        """Without those whose person is no longer here."""
        return self.exclude(user=None)

    def store(self, user: uuid.UUID, size: int) -> None:
        """So many bytes more of a person's are kept, or fewer."""
        stored = Greatest(F("stored") + size, Value(0))
        self.filter(user=user).update(stored=stored)

    def of(self, user: Any) -> "Account":
        """The account of a person; the first call makes it, on the plan of a new account."""
        account = _OF.first(user=user.pk)
        if account:
            return account
        from billing.renewal import limits_of  # which stands on this file

        plan = Plan.objects.unlimited() if settings.SOLO else Plan.objects.default()
        own = limits_of([user.pk])[user.pk]
        defaults = {"plan": plan, "day": today(), "own_limits": own}
        self.get_or_create(user=user, defaults=defaults)
        return self.select_related("plan").get(user=user)


class Account(Limits, ExtraUnits, models.Model):
    # Empty: they deleted their account. The ledger stays, and says no longer whose it was.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="account"
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="accounts")
    day = models.DateField(help_text="The day (UTC) that the two numbers are about.")
    held = UnitsField(default=0, help_text="Units set aside today.")
    spent = UnitsField(default=0, help_text="Units used today.")
    # In place of a sum at each request; counted anew each night (generation/meter.py).
    stored = models.BigIntegerField(
        default=0, help_text="Bytes of their pictures and uploads, with what is in the trash."
    )
    reminded = models.DateTimeField(
        null=True, editable=False, help_text="When they were last told of pictures that go."
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="account_owes_nothing", condition=Q(held__gte=0) & Q(spent__gte=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or 'Somebody who left'} ({self.plan})"

    @property
    def person_id(self) -> uuid.UUID:
        assert self.user_id is not None  # who has left asks for nothing
        return self.user_id

    @property
    def is_of_today(self) -> bool:
        """False before the first hold of a day: the numbers are yesterday's then."""
        return self.day >= today()

    @property
    def taken_today(self) -> Units:
        """Units used or set aside since the last reset."""
        return plain(self.held + self.spent) if self.is_of_today else 0

    @property
    def left_today(self) -> Units | None:
        """Units left until the reset; None where the plan has no daily cap."""
        if self.daily_units is None:
            return None
        return max(0, plain(self.daily_units - self.taken_today))

    @property
    def left(self) -> Units | None:
        """What may be asked for now: the day's units and extra ones; None: no daily cap."""
        left = self.left_today
        return None if left is None else plain(left + max(0, self.extra))

    @property
    def has_extra(self) -> bool:
        return self.extra > 0

    @property
    def is_nearly_gone(self) -> bool:
        """Only a fifth of a day's units is left: time for a hint (E12)."""
        return self.left is not None and 5 * self.left <= (self.daily_units or 0)

    @transaction.atomic
    def move_to(self, plan: Plan, *, reason: str) -> bool:
        """Put the person on that plan. False if they are on it already."""
        rows = Account.objects.filter(pk=self.pk).exclude(plan=plan)
        if not rows.update(plan=plan):
            return False
        self.plan = plan
        self.entries.create(
            kind=LedgerEntry.Kind.PLAN, units=0, reason=reason[:100], reference=plan.name
        )
        audit.note("plan.changed", person=self.user_id, plan=plan.slug, reason=reason[:100])
        return True

    def check_room(self) -> None:
        """Raises `StorageFull` where what is kept takes all that the plan gives."""
        most = self.storage_bytes
        if most is not None and self.stored >= most:
            raise StorageFull(
                _(
                    "Your pictures take all of the %(size)s that your plan gives. Delete some and"
                    " empty the trash, or ask for a plan that gives more."
                )
                % {"size": filesizeformat(most)}
            )

    def hold(self, units: Units, references: list[uuid.UUID]) -> list[Hold]:
        """Set aside `units` for each reference, all or none; raises `OutOfUnits`."""
        made = self.hold_each(dict.fromkeys(references, units))
        return list(Hold.objects.filter(pk__in=made).select_related("account").order_by("pk"))

    def hold_each(self, prices: Mapping[uuid.UUID, Units]) -> list[uuid.UUID]:
        """Set aside so many units for each reference, all or none, and say by which holds; raises
        `OutOfUnits`. The day's units go first, then extra ones."""
        wanted = sum(prices.values())
        # Whoever submits has a transaction of their own, and all of it goes if this does.
        with transaction.atomic(savepoint=False):
            # Nearly always the row is of the day that was read, and that is today.
            if self._take_today(exactly(wanted)):
                self.held = plain(self.held + wanted)
                return self._noted(prices)
            extra = self._take_of_both(wanted)
            if extra is not None:
                return self._noted(prices, extra)
        cap = self.daily_units
        # More than the plan gives in a day is not to be had tomorrow either.
        in_a_day = None if cap is None else cap + max(0, self.extra)
        tomorrow = seconds_left() if in_a_day is None or wanted <= in_a_day else None
        raise OutOfUnits(self._refusal(wanted), retry_after=tomorrow)

    def _take_of_both(self, wanted: Units) -> Units | None:
        """How many extra units were taken, or None where there are not enough. One conditional
        UPDATE decides, so that parallel requests can't oversell."""
        rows = Account.objects.filter(pk=self.pk)
        rows.filter(day__lt=DATABASE_TODAY).update(day=DATABASE_TODAY, held=0, spent=0)
        # Locked, so that what is read is still so when the UPDATE divides it.
        locked = Account.objects.select_for_update(no_key=True, of=("self",))
        self.refresh_from_db(fields=["day", "held", "spent", "extra"], from_queryset=locked)
        cap = self.daily_units
        room = wanted if cap is None else plain(cap - self.held - self.spent)
        own = max(0, min(wanted, room))
        extra = plain(wanted - own)
        with_room = rows if cap is None else rows.filter(_room(cap - exactly(own)))
        if extra:
            with_room = with_room.filter(extra__gte=exactly(extra))
        taken = {"held": F("held") + exactly(own), "extra": F("extra") - exactly(extra)}
        if not with_room.update(**taken):
            return None
        self.held, self.extra = plain(self.held + own), plain(self.extra - extra)
        return extra

    def _take_today(self, wanted: Decimal) -> int:
        cap = self.daily_units
        if cap is None:
            return _TAKE(pk=self.pk, day=self.day, wanted=wanted)
        return _TAKE_WITHIN(pk=self.pk, day=self.day, wanted=wanted, most=cap - wanted)

    def _noted(self, prices: Mapping[uuid.UUID, Units], extra: Units = 0) -> list[uuid.UUID]:
        count, units = len(prices), list(prices.values())
        holds = [uuid7() for _ in prices]
        insert_columns(
            Hold,
            count,
            id=holds,
            account_id=self.pk,
            reference=list(prices),
            units=units,
            extra=_shared_out(extra, units) if extra else 0,
            day=self.day,
        )
        insert_columns(
            LedgerEntry,
            count,
            account_id=self.pk,
            hold_id=holds,
            kind=LedgerEntry.Kind.HOLD,
            units=units,
        )
        return holds

    def settle(self, units: Units, day: datetime.date, *, captured: bool) -> None:
        """Take `units` out of what is held; yesterday's holds no longer touch today's numbers."""
        taken = exactly(units)
        spent = taken if captured else Decimal(0)
        _SETTLE(pk=self.pk, day=day, taken=taken, spent=spent)

    def _refusal(self, wanted: Units) -> str:
        left = self.left or 0
        have = (
            ngettext(
                "You have %(left)s unit left today, this needs %(wanted)s.",
                "You have %(left)s units left today, this needs %(wanted)s.",
                1 if left == 1 else 2,
            )
            if left
            else _("You have no units left today, this needs %(wanted)s.")
        )
        back = _("Your units are back at 00:00 UTC (%(reset_in)s).") % {"reset_in": reset_in()}
        numbers = {"left": number_format(left), "wanted": number_format(wanted)}
        return f"{have % numbers} {back}"


def _shared_out(extra: Units, prices: list[Units]) -> list[Units]:
    """How many of each price are extra units: the last ones'."""
    shares = []
    for price in reversed(prices):
        shares.append(min(price, extra))
        extra = plain(extra - shares[-1])
    return shares[::-1]


def _room(most: Decimal) -> Q:
    """Of accounts of which at most so many units are held and spent."""
    return Q(held__lte=most - F("spent"))


def _of_today(pk: int, day: datetime.date) -> AccountQuerySet:
    return Account.objects.filter(pk=pk, day=day, day__gte=DATABASE_TODAY)


_OF: Rows[Account] = Rows(
    lambda user: Account.objects.select_related("plan").filter(user_id=user),
    planned_once=True,
    user=uuid.UUID,
)
_TAKE = Change(
    lambda pk, day, wanted: (_of_today(pk, day), {"held": F("held") + wanted}),
    pk=int,
    day=datetime.date,
    wanted=Decimal,
)
_TAKE_WITHIN = Change(
    lambda pk, day, wanted, most: (
        _of_today(pk, day).filter(_room(most)),
        {"held": F("held") + wanted},
    ),
    pk=int,
    day=datetime.date,
    wanted=Decimal,
    most=Decimal,
)
_SETTLE = Change(
    lambda pk, day, taken, spent: (
        Account.objects.filter(pk=pk, day=day),
        {"held": F("held") - taken, "spent": F("spent") + spent},
    ),
    pk=int,
    day=datetime.date,
    taken=Decimal,
    spent=Decimal,
)
