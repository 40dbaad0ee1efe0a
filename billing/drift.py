"""The invariant of units, recomputed: balances, holds and ledger must tell one story."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import Account, Hold, LedgerEntry
from billing.units import UnitsField


def drifts() -> Iterator[str]:
    """A sentence for each account and hold that does not add up."""
    for pk, day, held, spent, held_now, used_now in _accounts():
        if (held, spent) != (held_now, used_now):
            yield (
                f"Account {pk} says {held} held and {spent} used on {day};"
                f" its holds say {held_now} and {used_now}."
            )
    for hold in _untold_holds():
        yield f"Hold {hold.pk} is {hold.get_state_display().lower()}, its ledger lines are not."


def _accounts() -> Iterator[tuple[Any, ...]]:
    def units(state: Hold.State) -> Coalesce:
        holds = Hold.objects.filter(account=OuterRef("pk"), day=OuterRef("day"), state=state)
        total = holds.order_by().values("account").annotate(total=Sum("units")).values("total")
        return Coalesce(Subquery(total), Decimal(0), output_field=UnitsField())

    return Account.objects.values_list(
        "pk", "day", "held", "spent", units(Hold.State.HELD), units(Hold.State.CAPTURED)
    ).iterator()


def _untold_holds() -> QuerySet[Hold]:
    kinds = LedgerEntry.Kind
    lines = Count("entries", filter=Q(entries__units=F("units"), entries__account=F("account")))
    settled = {
        Hold.State.HELD: Q(lines=1, held=1),
        Hold.State.CAPTURED: Q(lines=2, held=1, captured=1),
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
    ).exclude(told)
