"""What is sold: products, prices found by lookup key, coupons and promotion codes."""

from typing import Any

from billing.stand_in.refusals import Refused
from billing.stand_in.store import Store, Thing


def create_product(store: Store, given: Thing) -> Thing:
    if given.get("id") in store.things:
        raise Refused("Product already exists.", code="resource_already_exists", param="id")
    product = store.make(
        "prod",
        "product",
        id=given.get("id"),
        active=given.get("active", True),
        name=given["name"],
        description=given.get("description"),
        metadata=given.get("metadata", {}),
        default_price=None,
        tax_code=given.get("tax_code"),
        images=given.get("images", []),
        marketing_features=given.get("marketing_features", []),
        statement_descriptor=given.get("statement_descriptor"),
        unit_label=given.get("unit_label"),
        updated=store.now(),
    )
    store.happened("product.created", product)
    if data := given.get("default_price_data"):
        product["default_price"] = create_price(store, {**data, "product": product["id"]})["id"]
    return product


def update_product(store: Store, given: Thing, id: str) -> Thing:
    return change(store, store.get("product", id), given, "product.updated")


def create_price(store: Store, given: Thing) -> Thing:
    product = given.get("product")
    if data := given.get("product_data"):
        product = create_product(store, data)["id"]
    if not product:
        raise Refused("You must specify either `product` or `product_data`.", param="product")
    store.get("product", product, "product")
    amount = given.get("unit_amount")
    if amount is None and "unit_amount_decimal" in given:
        amount = int(given["unit_amount_decimal"])
    if amount is None:
        raise Refused("You must specify `unit_amount`.", code="parameter_missing")
    _take_lookup_key(store, given)
    recurring: Any = given.get("recurring")
    price = store.make(
        "price",
        "price",
        active=given.get("active", True),
        billing_scheme="per_unit",
        currency=given["currency"].lower(),
        lookup_key=given.get("lookup_key"),
        metadata=given.get("metadata", {}),
        nickname=given.get("nickname"),
        product=product,
        recurring=recurring
        and {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "usage_type": recurring.get("usage_type", "licensed"),
            "meter": None,
        },
        tax_behavior=given.get("tax_behavior", "unspecified"),
        type="recurring" if recurring else "one_time",
        unit_amount=amount,
        unit_amount_decimal=str(amount),
    )
    store.happened("price.created", price)
    return price


def update_price(store: Store, given: Thing, id: str) -> Thing:
    price = store.get("price", id)
    if given.get("lookup_key") != price["lookup_key"]:
        _take_lookup_key(store, given)
    given.pop("transfer_lookup_key", None)
    return change(store, price, given, "price.updated")


def _take_lookup_key(store: Store, given: Thing) -> None:
    """One price at a time has a lookup key; another takes it with `transfer_lookup_key` only."""
    key = given.get("lookup_key")
    for price in store.all("price"):
        if key and price["lookup_key"] == key:
            if not given.get("transfer_lookup_key"):
                raise Refused(
                    f"A price (`{price['id']}`) already uses that lookup key.",
                    code="resource_already_exists",
                    param="lookup_key",
                )
            change(store, price, {"lookup_key": None}, "price.updated")


def create_coupon(store: Store, given: Thing) -> Thing:
    if ("percent_off" in given) == ("amount_off" in given):
        raise Refused("Give either `percent_off` or `amount_off`.", param="percent_off")
    coupon = store.make(
        "coupon",
        "coupon",
        id=given.get("id"),
        name=given.get("name"),
        percent_off=given.get("percent_off"),
        amount_off=given.get("amount_off"),
        currency=given.get("currency"),
        duration=given.get("duration", "once"),
        duration_in_months=given.get("duration_in_months"),
        metadata=given.get("metadata", {}),
        valid=True,
        times_redeemed=0,
    )
    store.happened("coupon.created", coupon)
    return coupon


def create_promotion_code(store: Store, given: Thing) -> Thing:
    coupon = given["promotion"].get("coupon")
    store.get("coupon", coupon or "", "promotion[coupon]")
    code = store.make(
        "promo",
        "promotion_code",
        active=given.get("active", True),
        code=given.get("code", "").upper() or f"CODE{len(store.things)}",
        customer=given.get("customer"),
        expires_at=given.get("expires_at"),
        max_redemptions=given.get("max_redemptions"),
        metadata=given.get("metadata", {}),
        promotion={"type": "coupon", "coupon": coupon},
        restrictions=given.get("restrictions", {}),
        times_redeemed=0,
    )
    store.happened("promotion_code.created", code)
    return code


def discount_of(store: Store, code: str) -> Thing:
    """The coupon that a promotion code stands for; raises `Refused` where there is none."""
    for row in store.all("promotion_code"):
        most, until = row["max_redemptions"], row["expires_at"]
        if row["code"].upper() == code.strip().upper() and row["active"]:
            if (most and row["times_redeemed"] >= most) or (until and until <= store.now()):
                raise Refused("This promotion code has expired.", code="promotion_code_expired")
            row["times_redeemed"] += 1
            return store.get("coupon", row["promotion"]["coupon"])
    raise Refused("This code is invalid.", code="promotion_code_invalid")


def off(coupon: Thing | None, amount: int) -> int:
    """How much a coupon takes from an amount."""
    if coupon is None or amount <= 0:
        return 0
    if coupon["percent_off"]:
        return round(amount * float(coupon["percent_off"]) / 100)
    return min(amount, int(coupon["amount_off"] or 0))


def change(store: Store, thing: Thing, given: Thing, type: str) -> Thing:
    """Set what was given, merge `metadata`, and say so."""
    before = dict(thing)
    metadata = given.pop("metadata", None)
    thing.update(given)
    if metadata is not None:
        merged = thing.get("metadata", {}) | (metadata or {})
        thing["metadata"] = {name: text for name, text in merged.items() if text != ""}
    if "updated" in thing and thing != before:
        thing["updated"] = store.now()
    store.happened(type, thing, before)
    return thing
