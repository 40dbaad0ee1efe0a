"""Checkout sessions: made by us, paid on the stand-in's own page, and what becomes of them."""

from typing import Any

from billing.stand_in import catalogue, invoices, payments, subscriptions
from billing.stand_in.refusals import Refused, not_here
from billing.stand_in.store import Store, Thing

DAY = 86400


def create(store: Store, given: Thing) -> Thing:
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_here("ui_mode other than hosted_page")
    mode, customer = given.get("mode"), given.get("customer")
    if mode not in ("subscription", "payment"):
        raise Refused("Missing required param: mode.", code="parameter_missing", param="mode")
    if "success_url" not in given:
        raise Refused(
            "Missing required param: success_url.", code="parameter_missing", param="success_url"
        )
    _check_customer(store, given)
    _check_discounts(store, given)
    lines = _lines(store, given, mode)
    subtotal = sum(part["amount_subtotal"] for part in lines)
    session = store.make(
        "cs_test",
        "checkout.session",
        allow_promotion_codes=given.get("allow_promotion_codes"),
        amount_subtotal=subtotal,
        amount_total=subtotal,
        automatic_tax={"enabled": False, "status": None} | given.get("automatic_tax", {}),
        billing_address_collection=given.get("billing_address_collection"),
        cancel_url=given.get("cancel_url"),
        client_reference_id=given.get("client_reference_id"),
        currency=lines[0]["currency"],
        customer=customer,
        customer_details=None,
        customer_email=given.get("customer_email"),
        discounts=[],
        expires_at=given.get("expires_at", store.now() + DAY),
        invoice=None,
        line_items={"object": "list", "data": lines, "has_more": False, "url": ""},
        locale=given.get("locale"),
        metadata=given.get("metadata", {}),
        mode=mode,
        payment_intent=None,
        payment_method_types=["card", "sepa_debit"],
        payment_status="unpaid",
        status="open",
        subscription=None,
        success_url=given["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        url=None,
    )
    session["url"] = f"{store.url}/pay/{session['id']}"
    session["line_items"]["url"] = f"/v1/checkout/sessions/{session['id']}/line_items"
    store.secret(session)["given"] = given
    return session


def _check_customer(store: Store, given: Thing) -> None:
    customer = given.get("customer")
    if customer:
        payments.customer_of(store, customer)
    if customer and "customer_email" in given:
        raise Refused("You may only specify one of these parameters: customer, customer_email.")
    if not customer and "customer_update" in given:
        raise Refused("`customer_update` can only be used with `customer`.")
    taxed = given.get("automatic_tax", {}).get("enabled")
    address = given.get("customer_update", {}).get("address")
    if taxed and customer and not address and not store.get("customer", customer)["address"]:
        raise Refused(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a"
            " valid address to the Customer or set `customer_update[address]` to 'auto'.",
            code="customer_tax_location_invalid",
        )


def _check_discounts(store: Store, given: Thing) -> None:
    if "discounts" in given and "allow_promotion_codes" in given:
        raise Refused(
            "You may only specify one of these parameters: allow_promotion_codes, discounts."
        )
    for discount in given.get("discounts", []):
        if "coupon" in discount:
            store.get("coupon", discount["coupon"], "discounts[0][coupon]")
        elif "promotion_code" in discount:
            store.get("promotion_code", discount["promotion_code"], "discounts[0][promotion_code]")


def _lines(store: Store, given: Thing, mode: str) -> list[Thing]:
    wanted = given.get("line_items") or []
    if not wanted:
        raise Refused(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    lines = []
    for at, part in enumerate(wanted):
        if "price" not in part:
            raise not_here("line_items without a price")
        price = store.get("price", part["price"], f"line_items[{at}][price]")
        lines.append(_line(store, price, part.get("quantity", 1), at))
    recurring = [bool(part["price"]["recurring"]) for part in lines]
    if mode == "subscription" and not any(recurring):
        raise Refused("You must provide at least one recurring price in `subscription` mode.")
    if mode == "payment" and any(recurring):
        raise Refused("You specified `payment` mode but passed a recurring price.")
    return lines


def _line(store: Store, price: Thing, quantity: int, at: int) -> Thing:
    if not price["active"]:
        raise Refused(f"The price specified is inactive: {price['id']}", code="price_inactive")
    if quantity < 1:
        raise Refused(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=f"line_items[{at}][quantity]",
        )
    amount = price["unit_amount"] * quantity
    return {
        "id": f"li_{price['id'][6:]}{at}",
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": store.get("product", price["product"])["name"],
        "price": price,
        "quantity": quantity,
    }


def is_open(store: Store, session: Thing) -> bool:
    if session["status"] == "open" and session["expires_at"] <= store.now():
        expire(store, {}, session["id"])
    return bool(session["status"] == "open")


def complete(store: Store, id: str, card: str, code: str = "") -> Thing:
    """Pay as a person does on the page. Raises `Refused` where the card or the code is, and
    the session stays open; a session that is complete already stays as it is."""
    session = store.get("checkout.session", id)
    if session["status"] == "complete":
        return session
    if not is_open(store, session):
        raise Refused("This session has expired.", code="checkout_session_expired")
    given = store.secret(session)["given"]
    coupon = _coupon(store, session, given, code)
    reduced = catalogue.off(coupon, session["amount_subtotal"])
    customer = _customer(store, session)
    total = session["amount_subtotal"] - reduced
    kept = customer["invoice_settings"]
    payments.keep_card(store, customer, card)
    try:
        if session["mode"] == "subscription":
            paid = _subscribe(store, session, customer, given, coupon)
        else:
            paid = _pay_once(store, session, customer, given, total)
    except Refused:
        customer["invoice_settings"] = kept
        raise
    session.update(
        status="complete",
        payment_status=("no_payment_required" if not total else "paid" if paid else "unpaid"),
        amount_total=total,
        customer_details={"email": customer["email"], "name": customer["name"]},
        discounts=[{"coupon": coupon["id"], "promotion_code": None}] if coupon else [],
        total_details=session["total_details"] | {"amount_discount": reduced},
        url=None,
    )
    store.happened("checkout.session.completed", session)
    return session


def _coupon(store: Store, session: Thing, given: Thing, code: str) -> Thing | None:
    if code:
        if not session["allow_promotion_codes"]:
            raise Refused("This session takes no codes.", code="promotion_code_invalid")
        return catalogue.discount_of(store, code)
    for discount in given.get("discounts", []):
        if "promotion_code" in discount:
            row = store.get("promotion_code", discount["promotion_code"])
            return store.get("coupon", row["promotion"]["coupon"])
        return store.get("coupon", discount["coupon"])
    return None


def _customer(store: Store, session: Thing) -> Thing:
    if session["customer"]:
        return payments.customer_of(store, session["customer"])
    email = session["customer_email"] or "somebody@example.org"
    customer = payments.create_customer(store, {"email": email})
    session["customer"] = customer["id"]
    return customer


def _subscribe(
    store: Store, session: Thing, customer: Thing, given: Thing, coupon: Thing | None
) -> bool:
    data = given.get("subscription_data", {})
    lines = [
        {"price": part["price"]["id"], "quantity": part["quantity"]}
        for part in session["line_items"]["data"]
    ]
    metadata = data.get("metadata", {})
    subscription = subscriptions.begin(store, customer, lines, metadata=metadata, coupon=coupon)
    session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
    return bool(subscription["status"] == "active")


def _pay_once(store: Store, session: Thing, customer: Thing, given: Thing, total: int) -> bool:
    if not total:
        return True
    metadata = given.get("payment_intent_data", {}).get("metadata", {})
    intent = payments.pay(store, customer, total, session["currency"], metadata, again=False)
    session["payment_intent"] = intent["id"]
    paid = bool(intent["status"] == "succeeded")
    if paid and given.get("invoice_creation", {}).get("enabled"):
        _invoice(store, session, customer, intent, total)
    return paid


def _invoice(store: Store, session: Thing, customer: Thing, intent: Thing, total: int) -> None:
    """Of what was bought once, paid already."""
    lines: list[Thing] = [
        {
            "object": "line_item",
            "amount": part["amount_total"],
            "currency": part["currency"],
            "description": part["description"],
            "discountable": True,
            "metadata": {},
            "parent": None,
            "period": {"start": store.now(), "end": store.now()},
            "pricing": {
                "type": "price_details",
                "price_details": {
                    "price": part["price"]["id"],
                    "product": part["price"]["product"],
                },
            },
            "quantity": part["quantity"],
        }
        for part in session["line_items"]["data"]
    ]
    counted = invoices.draft(store, customer, lines, "manual", currency=session["currency"])
    counted.update(total=total, amount_due=total, ending_balance=customer["balance"])
    invoice = invoices.issue(store, customer, counted)
    invoices.settle(store, invoice, intent)
    session["invoice"] = invoice["id"]


def expire(store: Store, given: Thing, id: str) -> Thing:
    session = store.get("checkout.session", id)
    if session["status"] != "open":
        raise Refused(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of {session['status']}."
        )
    session.update(status="expired", url=None)
    store.happened("checkout.session.expired", session)
    return session


def arrive(store: Store, id: str, *, fails: bool = False) -> Thing:
    """The delayed money of a completed session comes, or does not."""
    session = store.get("checkout.session", id)
    if session["status"] != "complete" or session["payment_status"] != "unpaid":
        return session
    if session["mode"] == "subscription":
        _subscription_arrives(store, session, fails)
    else:
        intent = store.get("payment_intent", session["payment_intent"])
        if fails:
            intent["status"] = "requires_payment_method"
            store.happened("payment_intent.payment_failed", intent)
        else:
            payments.succeed(store, intent)
    how = "failed" if fails else "succeeded"
    session["payment_status"] = "unpaid" if fails else "paid"
    store.happened(f"checkout.session.async_payment_{how}", session)
    return session


def _subscription_arrives(store: Store, session: Thing, fails: bool) -> None:
    subscription: Any = store.get("subscription", session["subscription"])
    if not fails:
        invoices.arrive(store, store.get("invoice", subscription["latest_invoice"]))
        subscriptions.revive(store, subscription)
        return
    before = dict(subscription)
    subscription.update(status="incomplete_expired", ended_at=store.now())
    store.happened("customer.subscription.updated", subscription, before)
