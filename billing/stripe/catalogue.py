"""Products and prices at Stripe, made from the rows of plans and packs, and found by lookup key."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from billing.models import CreditPack, PlanPrice
from billing.models.price import Sold
from billing.stripe.client import stripe_api
from billing.stripe.errors import Missing, Refused
from billing.stripe.reading import field, id_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """A price as it should be at Stripe."""

    product: str
    name: str
    lookup_key: str
    amount: int
    interval: str  # "" for what is paid once
    metadata: tuple[tuple[str, str], ...]
    is_sold: bool


def price_id(sold: Sold) -> str:
    """Stripe's id of the price that is asked today. Raises `Refused` where there is none, or one
    of another amount than was shown here."""
    key = sold.lookup_key
    with stripe_api() as v1:
        found = v1.prices.list(params={"lookup_keys": [key], "active": True, "limit": 1}).data
    asked = (found[0].unit_amount, found[0].currency) if found else None
    if asked != (sold.amount, sold.currency):
        log.error("Stripe asks %s for %s: run manage.py sync_stripe_catalogue.", asked, key)
        raise Refused(f"no price {key}")
    return str(found[0].id)


def sync() -> list[str]:
    """Bring Stripe to our rows, and say what was changed there; nothing where all is as it should.

    Raises the errors of `errors.py`; run again it goes on where it was.
    """
    done: list[str] = []
    seen: set[str] = set()
    for wanted in _wanted():
        if wanted.product not in seen:
            seen.add(wanted.product)
            done += _sync_product(wanted)
        done += _sync_price(wanted)
    return done


def _wanted() -> Iterator[Wanted]:
    for price in PlanPrice.objects.select_related("plan").order_by("plan__position", "interval"):
        yield Wanted(
            f"pixazo_plan_{price.plan.slug}",
            price.plan.name,
            price.lookup_key,
            price.amount,
            price.interval,
            (("pixazo_plan", price.plan.slug),),
            price.is_sold,
        )
    for pack in CreditPack.objects.all():
        yield Wanted(
            f"pixazo_pack_{pack.slug}",
            pack.name,
            pack.lookup_key,
            pack.amount,
            "",
            (("pixazo_pack", pack.slug),),
            pack.is_sold,
        )


def _sync_product(wanted: Wanted) -> list[str]:
    try:
        with stripe_api() as v1:
            product = v1.products.retrieve(wanted.product)
    except Missing:
        with stripe_api() as v1:
            v1.products.create(
                params={
                    "id": wanted.product,
                    "name": wanted.name,
                    "metadata": dict(wanted.metadata),
                }
            )
        return [f"Made the product {wanted.name}."]
    if product.name == wanted.name and product.active:
        return []
    with stripe_api() as v1:
        v1.products.update(wanted.product, params={"name": wanted.name, "active": True})
    return [f"Changed the product {wanted.name}."]


def _sync_price(wanted: Wanted) -> list[str]:
    with stripe_api() as v1:
        found = v1.prices.list(params={"lookup_keys": [wanted.lookup_key], "limit": 10}).data
    old = next(iter(found), None)
    if not wanted.is_sold:
        return _archive(old, wanted) if old is not None and old.active else []
    if old is not None and _is_right(old, wanted):
        if old.active:
            return []
        with stripe_api() as v1:
            v1.prices.update(old.id, params={"active": True})
        return [f"{wanted.lookup_key} is sold again."]
    _make(wanted)
    if old is None:
        return [f"Made the price {wanted.lookup_key}."]
    return [f"Made a new price {wanted.lookup_key}.", *_archive(old, wanted)]


def _archive(old: Any, wanted: Wanted) -> list[str]:
    """Who subscribed to it keeps it; nobody else gets it."""
    with stripe_api() as v1:
        v1.prices.update(old.id, params={"active": False})
    return [f"{wanted.lookup_key} at {old.unit_amount} is no longer sold."]


def _is_right(price: Any, wanted: Wanted) -> bool:
    return (
        price.unit_amount == wanted.amount
        and price.currency == settings.STRIPE_CURRENCY
        and id_of(price.product) == wanted.product
        and (field(price, "recurring", "interval") or "") == wanted.interval
        and (
            not settings.STRIPE_TAX or field(price, "tax_behavior") == settings.STRIPE_TAX_BEHAVIOR
        )
    )


def _make(wanted: Wanted) -> None:
    params: dict[str, Any] = {
        "product": wanted.product,
        "currency": settings.STRIPE_CURRENCY,
        "unit_amount": wanted.amount,
        "lookup_key": wanted.lookup_key,
        "transfer_lookup_key": True,
        "metadata": dict(wanted.metadata),
    }
    if wanted.interval:
        params["recurring"] = {"interval": wanted.interval}
    if settings.STRIPE_TAX:
        params["tax_behavior"] = settings.STRIPE_TAX_BEHAVIOR
    with stripe_api() as v1:
        v1.prices.create(params=params)
