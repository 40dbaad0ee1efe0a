"""What a change would cost, counted without changing anything."""

from billing.stand_in import invoices, payments, proration, subscriptions
from billing.stand_in.store import Store, Thing


def preview(store: Store, given: Thing) -> Thing:
    """What a change would cost: counted on a copy, nothing is kept."""
    subscription = store.get("subscription", given.get("subscription", ""), "subscription")
    customer = payments.customer_of(store, subscription["customer"])
    details = given.get("subscription_details", {})
    lines = list(store.secret(subscription)["pending"])
    reset = False
    for wanted in details.get("items", []):
        item = proration.item_of(subscription, wanted)
        made, reset = proration.change_of(store, subscription, item, wanted, details)
        lines += made
    if not (reset or details.get("proration_behavior") == "always_invoice"):
        lines += _upcoming(store, subscription, details)
    coupon = subscriptions.coupon_of(store.secret(subscription), "upcoming")
    counted = invoices.draft(
        store, customer, lines, "upcoming", subscription=subscription, coupon=coupon
    )
    return {"id": "upcoming_in_stand_in", "object": "invoice", "livemode": False, **counted}


def _upcoming(store: Store, subscription: Thing, details: Thing) -> list[Thing]:
    if subscription["cancel_at_period_end"]:
        return []
    wanted = {part["id"]: part for part in details.get("items", []) if "id" in part}
    lines = []
    for item in subscription["items"]["data"]:
        part = wanted.get(item["id"], {})
        price = store.get("price", part["price"]) if "price" in part else item["price"]
        after = {**item, "price": price, "quantity": part.get("quantity", item["quantity"])}
        start = item["current_period_end"]
        lines.append(
            proration.whole(subscription, after, (start, proration.period_after(start, price)))
        )
    return lines
