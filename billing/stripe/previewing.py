"""What a change of plan will cost, before it is made."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now

from billing.models import Plan, PlanPrice
from billing.money import money
from billing.stripe.catalogue import price_id
from billing.stripe.client import stripe_api
from billing.stripe.errors import NoSubscription, NotSold
from billing.stripe.managing import changeable, costs_now, current


@dataclass(frozen=True)
class Change:
    """Amounts as people read them: "$9.00"."""

    price: PlanPrice
    at: datetime.datetime  # to be given to `change_plan`: the amounts are counted from here
    is_charged_now: bool  # else all of it is on the next invoice, at the end of the period
    unused: str  # what comes back for the rest of the period
    new: str  # what the new plan costs until the end of the period, or for its first one
    taxes: str  # "" without
    due: str  # what is to be paid, now or then
    due_at: datetime.datetime | None


def preview(user: Any, plan: Plan, interval: str) -> Change:
    """Raises `NoSubscription`, `NotPaid`, `NotSold`, and others of `errors.py`."""
    old = current(user)
    if old is None:
        raise NoSubscription
    price = PlanPrice.objects.on_sale().filter(plan=plan, interval=interval).first()
    if price is None:
        raise NotSold
    there = changeable(old)
    at, charged = now(), costs_now(there, price)
    with stripe_api() as v1:
        invoice = v1.invoices.create_preview(
            params={
                "subscription": old.stripe_id,
                "subscription_details": {
                    "items": [{"id": there["items"].data[0].id, "price": price_id(price)}],
                    "proration_behavior": "always_invoice" if charged else "create_prorations",
                    "proration_date": int(at.timestamp()),
                },
            }
        )
    amounts = [line.amount for line in invoice.lines.data]
    taxes = sum(each.amount for each in getattr(invoice, "total_taxes", None) or [])

    def read(amount: int) -> str:
        return money(amount, invoice.currency)

    return Change(
        price=price,
        at=at,
        is_charged_now=charged,
        unused=read(sum(amount for amount in amounts if amount < 0)),
        new=read(sum(amount for amount in amounts if amount > 0)),
        taxes=read(taxes) if taxes else "",
        due=read(invoice.amount_due),
        due_at=None if charged else old.period_end,
    )
