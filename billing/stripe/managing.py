"""What somebody does with what they have bought: other plan, end, way back, card, invoices."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from billing.models import Customer, Plan, PlanPrice, Subscription
from billing.money import money
from billing.stripe.catalogue import price_id
from billing.stripe.client import stripe_api
from billing.stripe.errors import NoSubscription, NotPaid, NotSold
from billing.stripe.mirror import mirror
from billing.stripe.people import known_customer
from billing.stripe.reading import field, item_of, moment

MOST_INVOICES = 50
PAID = {Subscription.Status.ACTIVE, Subscription.Status.TRIALING}
FROM_PORTAL = "looked_after"  # in the address that Stripe's page leads back to


@dataclass(frozen=True)
class Invoice:
    number: str
    created: datetime.datetime
    total: str  # as people read it: "$9.00"
    status: str  # Stripe's word: open, paid, uncollectible, void
    page: str  # Stripe's address of it
    pdf: str


def current(user: Any) -> Subscription | None:
    """Their subscription as it was last read at Stripe, which is not asked now."""
    customer = Customer.objects.of(user)
    if customer is None:
        return None
    living = customer.subscriptions.living().exclude(status=Subscription.Status.INCOMPLETE)
    return living.select_related("plan").first()


def open_portal(user: Any) -> str:
    """The address of Stripe's page for cards, addresses and invoices. Raises `NoSubscription` for
    somebody who has never bought anything, or one of the other errors of `errors.py`."""
    customer = known_customer(user)
    with stripe_api() as v1:
        session = v1.billing_portal.sessions.create(
            params={
                "customer": customer.stripe_id,
                "return_url": f"{settings.SITE_URL}/billing/?{FROM_PORTAL}=1",
            }
        )
    return str(session.url)


def look_again(user: Any) -> None:
    """Read their subscription at Stripe now: whoever comes back from its page has perhaps changed
    it, and the event may be slower than they are. Raises the errors of `errors.py`."""
    customer = Customer.objects.of(user)
    if customer is not None:
        mirror(customer)


def change_plan(
    user: Any, plan: Plan, interval: str, at: datetime.datetime | None = None
) -> Subscription:
    """Put the subscription on another plan at once. What was paid for the rest of the period
    counts: more is charged now, and must be paid; less is taken off the next invoice. The rest is
    counted from `at` on where it is given: when the person was told what it costs.

    Raises `NoSubscription`, `NotPaid`, `NotSold`, `CardRefused` (the plan stays as it was), and
    others of `errors.py`. One that was to end goes on.
    """
    old = _current(user)
    price = PlanPrice.objects.on_sale().filter(plan=plan, interval=interval).first()
    if price is None:
        raise NotSold
    there = changeable(old)
    if old.plan == plan and old.interval == interval and not old.is_ending:
        return old
    dearer = costs_now(there, price)
    with stripe_api() as v1:
        v1.subscriptions.update(
            old.stripe_id,
            params={
                "items": [{"id": there["items"].data[0].id, "price": price_id(price)}],
                "proration_behavior": "always_invoice" if dearer else "create_prorations",
                "payment_behavior": "error_if_incomplete" if dearer else "allow_incomplete",
                **({"proration_date": int(at.timestamp())} if at else {}),
                **_going_on(there),
            },
        )
    return _read_again(old)


def changeable(subscription: Subscription) -> Any:
    """As it is at Stripe now. Raises `NotPaid`: the rest of a period that nobody has paid would be
    taken off what the next plan costs."""
    with stripe_api() as v1:
        there = v1.subscriptions.retrieve(subscription.stripe_id)
    if there.status not in PAID:
        raise NotPaid
    return there


def costs_now(there: Any, price: PlanPrice) -> bool:
    """Whether a change to it is charged at once: it is dearer than what is paid there, perhaps
    since before prices changed here, or another period begins."""
    paid = field(item_of(there), "price")
    interval = str(field(paid, "recurring", "interval") or "")
    dearer = _monthly(price.amount, price.interval) > _monthly(
        field(paid, "unit_amount") or 0, interval
    )
    return dearer or interval != price.interval


def cancel_at_period_end(user: Any) -> Subscription:
    """It ends with what is paid for. Raises `NoSubscription` and others of `errors.py`."""
    old = _current(user)
    with stripe_api() as v1:
        v1.subscriptions.update(old.stripe_id, params={"cancel_at_period_end": True})
    return _read_again(old)


def resume(user: Any) -> Subscription:
    """One that was to end goes on; raises as `cancel_at_period_end`."""
    old = _current(user)
    with stripe_api() as v1:
        if going_on := _going_on(v1.subscriptions.retrieve(old.stripe_id)):
            v1.subscriptions.update(old.stripe_id, params=going_on)
    return _read_again(old)


def invoices(user: Any) -> list[Invoice]:
    """The newest first, read at Stripe now; empty for somebody who has never bought anything.
    Raises `Away` and others of `errors.py`."""
    customer = Customer.objects.of(user)
    if customer is None:
        return []
    with stripe_api() as v1:
        found = v1.invoices.list(params={"customer": customer.stripe_id, "limit": MOST_INVOICES})
    return [
        Invoice(
            number=each.number or each.id,
            created=moment(each.created) or datetime.datetime.now(datetime.UTC),
            total=money(each.total, each.currency),
            status=each.status or "",
            page=each.hosted_invoice_url or "",
            pdf=each.invoice_pdf or "",
        )
        for each in found.data
        if each.status != "draft"
    ]


def _current(user: Any) -> Subscription:
    found = current(user)
    if found is None:
        raise NoSubscription
    return found


def _read_again(subscription: Subscription) -> Subscription:
    mirror(subscription.customer)
    subscription.refresh_from_db()
    return subscription


def _going_on(there: Any) -> dict[str, Any]:
    """What is to be said so that it does not end: the portal cancels in either way."""
    if there.cancel_at_period_end:
        return {"cancel_at_period_end": False}
    return {"cancel_at": ""} if there.cancel_at else {}


def _monthly(amount: int, interval: str) -> float:
    return amount / (12 if interval == PlanPrice.Interval.YEAR else 1)
