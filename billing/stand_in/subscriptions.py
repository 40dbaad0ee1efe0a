"""Subscriptions: begun, changed with proration, renewed when their time is up, and ended."""

from billing.stand_in import invoices, payments, proration
from billing.stand_in.catalogue import change
from billing.stand_in.refusals import Refused, declined, not_here
from billing.stand_in.store import Store, Thing

DONE = ("canceled", "incomplete_expired")
# What a change may name; the rest of the API is refused rather than left out in silence.
CHANGES = {
    "items", "metadata", "cancel_at_period_end", "cancel_at", "proration_behavior",
    "proration_date", "payment_behavior", "billing_cycle_anchor", "cancellation_details",
    "default_payment_method", "expand", "description", "automatic_tax", "off_session",
}  # fmt: skip


def begin(
    store: Store,
    customer: Thing,
    lines: list[Thing],
    *,
    metadata: Thing,
    coupon: Thing | None = None,
) -> Thing:
    """A subscription with its first invoice, paid by the customer's card where that is possible:
    `active`, or `incomplete` while the money is not here. Raises `Refused` where it is declined."""
    now = store.now()
    prices = [store.get("price", part["price"], "items[0][price]") for part in lines]
    ends = [proration.period_after(now, price) for price in prices]
    if payments.card_of(store, customer) in ("", "declined"):
        # Nothing is made before the first payment, no invoice either.
        due = sum(price["unit_amount"] for price in prices)
        payments.pay(store, customer, due, prices[0]["currency"], {}, again=False)
    subscription = store.make(
        "sub",
        "subscription",
        automatic_tax={"enabled": False, "liability": None},
        billing_cycle_anchor=now,
        billing_mode={"type": "flexible"},
        cancel_at=None,
        cancel_at_period_end=False,
        canceled_at=None,
        cancellation_details={"comment": None, "feedback": None, "reason": None},
        collection_method="charge_automatically",
        currency=prices[0]["currency"],
        customer=customer["id"],
        default_payment_method=customer["invoice_settings"]["default_payment_method"],
        description=None,
        discounts=[],
        ended_at=None,
        items={"object": "list", "data": [], "has_more": False, "url": ""},
        latest_invoice=None,
        metadata=metadata,
        pause_collection=None,
        pending_update=None,
        schedule=None,
        start_date=now,
        status="incomplete",
        status_details=None,
        trial_end=None,
        trial_start=None,
    )
    secret = store.secret(subscription)
    secret.update(coupon=coupon, pending=[])
    for part, price, end in zip(lines, prices, ends, strict=True):
        subscription["items"]["data"].append(
            store.make(
                "si",
                "subscription_item",
                current_period_start=now,
                current_period_end=end,
                metadata={},
                price=price,
                quantity=part.get("quantity", 1),
                subscription=subscription["id"],
            )
        )
    subscription["items"]["url"] = f"/v1/subscription_items?subscription={subscription['id']}"
    invoice = bill(
        store, subscription, "subscription_create", proration.whole_periods(subscription)
    )
    paid = invoices.collect(store, invoice, again=False)
    subscription["status"] = "active" if paid else "incomplete"
    store.happened("customer.subscription.created", subscription)
    return subscription


def bill(store: Store, subscription: Thing, reason: str, lines: list[Thing]) -> Thing:
    """An open invoice over these lines and what still waited for one."""
    customer = payments.customer_of(store, subscription["customer"])
    secret = store.secret(subscription)
    lines = [*secret["pending"], *lines]
    secret["pending"] = []
    counted = invoices.draft(
        store, customer, lines, reason, subscription=subscription, coupon=coupon_of(secret, reason)
    )
    invoice = invoices.issue(store, customer, counted)
    subscription["latest_invoice"] = invoice["id"]
    return invoice


def coupon_of(secret: Thing, reason: str) -> Thing | None:
    coupon: Thing | None = secret["coupon"]
    once = coupon is not None and coupon["duration"] == "once"
    return None if once and reason != "subscription_create" else coupon


def update(store: Store, given: Thing, id: str) -> Thing:
    subscription = store.get("subscription", id)
    if subscription["status"] in DONE:
        raise Refused(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing",
            status=404,
        )
    for name in given.keys() - CHANGES:
        raise not_here(f"subscriptions.update({name}=...)")
    given.pop("expand", None)
    before = dict(subscription)
    before["items"] = {**before["items"], "data": [dict(i) for i in before["items"]["data"]]}
    if items := given.pop("items", None):
        _switch(store, subscription, items, given)
    for name in ("proration_behavior", "proration_date", "payment_behavior", "off_session"):
        given.pop(name, None)
    if given.pop("billing_cycle_anchor", {}).get("type", "now") != "now":
        raise not_here("an anchor other than now")
    if "cancel_at_period_end" in given:
        _mark_end(store, subscription, given["cancel_at_period_end"])
    for name in ("metadata", "cancellation_details"):
        if name in given:
            subscription[name] = {**subscription[name], **(given.pop(name) or {})}
    subscription.update({name: None if value == "" else value for name, value in given.items()})
    store.happened("customer.subscription.updated", subscription, before)
    return subscription


def _mark_end(store: Store, subscription: Thing, ends: bool) -> None:
    subscription["cancel_at"] = period_end(subscription) if ends else None
    subscription["canceled_at"] = store.now() if ends else None
    reason = "cancellation_requested" if ends else None
    subscription["cancellation_details"] = subscription["cancellation_details"] | {"reason": reason}


def _switch(store: Store, subscription: Thing, items: list[Thing], given: Thing) -> None:
    """Another price or number, with what it costs for the rest of the period."""
    behaviour = given.get("proration_behavior", "create_prorations")
    for wanted in items:
        item = proration.item_of(subscription, wanted)
        lines, reset = proration.change_of(store, subscription, item, wanted, given)
        old = dict(item)
        item["price"] = store.get("price", wanted.get("price", item["price"]["id"]), "price")
        item["quantity"] = wanted.get("quantity", item["quantity"])
        if reset:
            now = store.now()
            end = proration.period_after(now, item["price"])
            item.update(current_period_start=now, current_period_end=end)
            subscription["billing_cycle_anchor"] = now
        if not lines:
            continue
        if not (reset or behaviour == "always_invoice"):
            store.secret(subscription)["pending"] += lines
            continue
        invoice = bill(store, subscription, "subscription_update", lines)
        if not invoices.collect(store, invoice, again=True):
            _unpaid(store, subscription, item, old, invoice, given)


def _unpaid(
    store: Store, subscription: Thing, item: Thing, old: Thing, invoice: Thing, given: Thing
) -> None:
    if given.get("payment_behavior", "allow_incomplete") == "error_if_incomplete":
        item.update(old)
        invoice["status"] = "void"
        store.happened("invoice.voided", invoice)
        raise declined()
    if given.get("payment_behavior") == "pending_if_incomplete":
        raise not_here("payment_behavior=pending_if_incomplete")
    subscription["status"] = "past_due"


def cancel(store: Store, given: Thing, id: str) -> Thing:
    subscription = store.get("subscription", id)
    if subscription["status"] in DONE:
        raise Refused(f"No such subscription: '{id}'", status=404, code="resource_missing")
    details = given.get("cancellation_details", {})
    subscription["cancellation_details"] = {**subscription["cancellation_details"], **details}
    return end(store, subscription, "cancellation_requested")


def end(store: Store, subscription: Thing, reason: str) -> Thing:
    now = store.now()
    details = subscription["cancellation_details"] | {"reason": reason}
    first = subscription["canceled_at"] or now
    subscription.update(
        status="canceled", ended_at=now, canceled_at=first, cancellation_details=details
    )
    store.happened("customer.subscription.deleted", subscription)
    return subscription


def renew(store: Store, subscription: Thing) -> None:
    """The period is over: it ends as was asked for, or the next one begins and is billed."""
    if subscription["cancel_at_period_end"]:
        end(store, subscription, "cancellation_requested")
        return
    before = dict(subscription)
    before["items"] = {**before["items"], "data": [dict(i) for i in before["items"]["data"]]}
    for item in subscription["items"]["data"]:
        start = item["current_period_end"]
        finish = proration.period_after(start, item["price"])
        item.update(current_period_start=start, current_period_end=finish)
    invoice = bill(store, subscription, "subscription_cycle", proration.whole_periods(subscription))
    if not invoices.collect(store, invoice, again=True):
        subscription["status"] = "past_due"
    store.happened("customer.subscription.updated", subscription, before)


def retry(store: Store, invoice: Thing) -> None:
    """Another try at what a card did not pay; after the last one the subscription ends."""
    id = invoice["parent"]["subscription_details"]["subscription"]
    subscription = store.get("subscription", id)
    if invoices.collect(store, invoice, again=True):
        revive(store, subscription)
    elif invoice["next_payment_attempt"] is None and subscription["status"] not in DONE:
        end(store, subscription, "payment_failed")


def revive(store: Store, subscription: Thing) -> None:
    if subscription["status"] in ("past_due", "incomplete", "unpaid"):
        change(store, subscription, {"status": "active"}, "customer.subscription.updated")


def period_end(subscription: Thing) -> int:
    return int(subscription["items"]["data"][0]["current_period_end"])
