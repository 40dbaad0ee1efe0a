"""What a subscription's time costs: whole periods, and the parts of one that a change leaves."""

import calendar
import datetime
from typing import Any

from billing.stand_in import invoices
from billing.stand_in.refusals import Refused, not_here
from billing.stand_in.store import Store, Thing


def item_of(subscription: Thing, wanted: Thing) -> Thing:
    items: list[Thing] = subscription["items"]["data"]
    if "id" not in wanted:
        raise not_here("a second item of a subscription: name the `id` of the one to change")
    for item in items:
        if item["id"] == wanted["id"]:
            return item
    raise Refused(
        f"No such subscription item: '{wanted['id']}'", status=404, code="resource_missing"
    )


def change_of(
    store: Store, subscription: Thing, item: Thing, wanted: Thing, given: Thing
) -> tuple[list[Thing], bool]:
    """Lines, and whether a new period begins now (another interval, or asked for)."""
    price = store.get("price", wanted.get("price", item["price"]["id"]), "items[0][price]")
    quantity = wanted.get("quantity", item["quantity"])
    after = {**item, "price": price, "quantity": quantity}
    now = given.get("proration_date") or store.now()
    start, end = item["current_period_start"], item["current_period_end"]
    rest = max(0.0, min(1.0, (end - now) / (end - start)))
    reset = price["recurring"]["interval"] != item["price"]["recurring"]["interval"]
    reset = reset or given.get("billing_cycle_anchor") in ("now", {"type": "now"})
    prorated = given.get("proration_behavior", "create_prorations") != "none"
    lines = []
    if prorated and (reset or price != item["price"] or quantity != item["quantity"]):
        lines.append(_part(subscription, item, -rest, (now, end), "Unused time on"))
    if reset:
        lines.append(whole(subscription, after, (now, period_after(now, price))))
    elif lines:
        lines.append(_part(subscription, after, rest, (now, end), "Remaining time on"))
    return lines, reset


def _part(
    subscription: Thing, item: Thing, share: float, period: tuple[int, int], words: str
) -> Thing:
    amount = round(item["price"]["unit_amount"] * item["quantity"] * share)
    words = f"{words} {_called(item)}"
    return invoices.line(subscription, item, amount, period, words, proration=True)


def whole(subscription: Thing, item: Thing, period: tuple[int, int]) -> Thing:
    amount = item["price"]["unit_amount"] * item["quantity"]
    return invoices.line(subscription, item, amount, period, f"1 x {_called(item)}")


def _called(item: Thing) -> str:
    return str(item["price"]["nickname"] or item["price"]["lookup_key"] or item["price"]["id"])


def whole_periods(subscription: Thing) -> list[Thing]:
    return [
        whole(subscription, item, (item["current_period_start"], item["current_period_end"]))
        for item in subscription["items"]["data"]
    ]


def period_after(start: int, price: Thing) -> int:
    """One interval of the calendar later, on the last day of a shorter month."""
    recurring: Any = price["recurring"]
    if not recurring:
        raise Refused("The price is not recurring.", param="items[0][price]")
    count, interval = recurring["interval_count"], recurring["interval"]
    began = datetime.datetime.fromtimestamp(start, datetime.UTC)
    if interval in ("day", "week"):
        return start + count * 86400 * (7 if interval == "week" else 1)
    months = began.month - 1 + count * (12 if interval == "year" else 1)
    year, month = began.year + months // 12, months % 12 + 1
    day = min(began.day, calendar.monthrange(year, month)[1])
    return int(began.replace(year=year, month=month, day=day).timestamp())
