"""Reads Stripe's objects as they are in this and in older versions of its API."""

import datetime
from typing import Any

from billing.models import Plan, PlanPrice


def field(thing: Any, *path: str) -> Any:
    """`field(invoice, "parent", "subscription_details")`; None where a part is missing."""
    for name in path:
        if thing is None or name not in thing:
            return None
        thing = thing[name]
    return thing


def moment(seconds: Any) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)


def id_of(thing: Any) -> str:
    """Of what is an id, or the object itself where it was expanded."""
    if thing is None:
        return ""
    return thing if isinstance(thing, str) else str(thing["id"])


def item_of(subscription: Any) -> Any:
    """Its first line: we sell plans one by one."""
    lines = field(subscription, "items", "data")
    return lines[0] if lines else None


def period_of(subscription: Any) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """Since 2025-03-31 (basil) the period is the item's; before, it was the subscription's."""
    item = item_of(subscription)

    def edge(name: str) -> datetime.datetime | None:
        own = field(item, name)
        return moment(field(subscription, name) if own is None else own)

    return edge("current_period_start"), edge("current_period_end")


def ends_at(subscription: Any) -> datetime.datetime | None:
    """When it will end, where it was cancelled in either of the two ways, or has ended."""
    for name in ("ended_at", "cancel_at"):
        if (when := field(subscription, name)) is not None:
            return moment(when)
    return period_of(subscription)[1] if field(subscription, "cancel_at_period_end") else None


def subscription_of(invoice: Any) -> str:
    """Since basil the invoice's parent names it; before, the invoice did."""
    named = field(invoice, "parent", "subscription_details", "subscription")
    return id_of(named or field(invoice, "subscription"))


def plan_and_interval_of(subscription: Any) -> tuple[Plan | None, str]:
    """By what we wrote on the price when it was made: a lookup key moves on to the next price of
    the same when an amount is changed, and old subscriptions keep the old price."""
    price = field(item_of(subscription), "price")
    interval = str(field(price, "recurring", "interval") or "")
    if slug := field(price, "metadata", "pixazo_plan"):
        return Plan.objects.filter(slug=slug).first(), interval
    key = field(price, "lookup_key")
    for each in PlanPrice.objects.select_related("plan"):
        if each.lookup_key == key:
            return each.plan, interval
    return None, interval
