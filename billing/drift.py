"""The invariant of units, recomputed: balances, holds and ledger must tell one story."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import Account, Hold, LedgerEntry
from billing.renewal import outdated
from billing.units import UnitsField, plain


def drifts() -> Iterator[str]:
    """A sentence for each account and hold that does not add up."""
    for pk, day, held, spent, extra, held_now, used_now, *of_extra in _accounts():
        if (held, spent) != (held_now, used_now):
            yield (
                f"Account {pk} says {held} held and {spent} used on {day};"
                f" its holds say {held_now} and {used_now}."
            )
        if extra != (extra_now := plain(sum(of_extra))):
            yield f"Account {pk} says {extra} extra units; ledger and holds say {extra_now}."
    for account in outdated():
        yield f"Account {account.pk} keeps other numbers than its groups and exceptions say."
    for hold in _untold_holds():
        yield f"Hold {hold.pk} is {hold.get_state_display().lower()}, its ledger lines are not."


def _accounts() -> Iterator[tuple[Any, ...]]:
    todays, states = Hold.objects.filter(day=OuterRef("day")), Hold.State
    kinds = LedgerEntry.Kind
    given = LedgerEntry.objects.filter(kind__in=(kinds.GRANT, kinds.REFUND))
    return Account.objects.values_list(
        "pk",
        "day",
        "held",
        "spent",
        "extra",
        _sum(todays.filter(state=states.HELD), F("units") - F("extra")),
        _sum(todays.filter(state=states.CAPTURED), F("units") - F("extra")),
        _sum(given, F("units")),
        _sum(LedgerEntry.objects.filter(kind=kinds.TAKE_BACK), -F("units")),
        _sum(Hold.objects.filter(extra__gt=0).exclude(state=states.RELEASED), -F("extra")),
    ).iterator()


def _sum(rows: QuerySet[Any], units: Any) -> Coalesce:
    """Of the account that is looked at."""
    mine = rows.filter(account=OuterRef("pk")).order_by().values("account")
    total = mine.annotate(total=Sum(units, output_field=UnitsField())).values("total")
    return Coalesce(Subquery(total), Decimal(0), output_field=UnitsField())


def _untold_holds() -> QuerySet[Hold]:
    kinds = LedgerEntry.Kind
    lines = Count("entries", filter=Q(entries__units=F("units"), entries__account=F("account")))
    settled = {
        Hold.State.HELD: Q(lines=1, held=1),
        Hold.State.CAPTURED: Q(lines=F("refunded") + 2, held=1, captured=1),
        Hold.State.RELEASED: Q(lines=2, held=1, released=1),
    }
    told = Q()
    for state, as_it_should in settled.items():
        told |= Q(state=state) & as_it_should
    return Hold.objects.annotate(
        lines=lines,
        held=Count("entries", filter=Q(entries__kind=kinds.HOLD)),
        captured=Count("entries", filter=Q(entries__kind=kinds.CAPTURE)),
        released=Count("entries", filter=Q(entries__kind=kinds.RELEASE)),
        refunded=Count("entries", filter=Q(entries__kind=kinds.REFUND)),
    ).exclude(told)
