"""Invoices: what a period or a change costs, how it is paid, and what stays open."""

from billing.stand_in import payments
from billing.stand_in.catalogue import off
from billing.stand_in.refusals import Refused
from billing.stand_in.store import Store, Thing

RETRIES = 3  # days apart as well; after the last, the subscription ends
DAY = 86400


def line(
    subscription: Thing,
    item: Thing,
    amount: int,
    period: tuple[int, int],
    words: str,
    *,
    proration: bool = False,
) -> Thing:
    """One line of an invoice about a subscription's item."""
    return {
        "object": "line_item",
        "amount": amount,
        "currency": subscription["currency"],
        "description": words,
        "discountable": not proration,
        "metadata": dict(subscription["metadata"]),
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": proration,
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
        },
        "period": {"start": period[0], "end": period[1]},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": item["price"]["id"], "product": item["price"]["product"]},
            "unit_amount_decimal": item["price"]["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "subscription": subscription["id"],
    }


def draft(
    store: Store,
    customer: Thing,
    lines: list[Thing],
    reason: str,
    *,
    subscription: Thing | None = None,
    coupon: Thing | None = None,
    currency: str = "",
) -> Thing:
    """Counted, but neither kept nor paid: also what a preview shows."""
    subtotal = sum(part["amount"] for part in lines)
    billed = sum(part["amount"] for part in lines if part.get("discountable", True))
    reduced = off(coupon, billed)
    total = subtotal - reduced
    balance = customer["balance"]  # below zero: the customer has something good
    due = max(0, total + balance)
    parent = subscription and {
        "type": "subscription_details",
        "quote_details": None,
        "subscription_details": {
            "subscription": subscription["id"],
            "metadata": dict(subscription["metadata"]),
        },
    }
    now = store.now()
    return {
        "account_name": "Stand-in",
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": due,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {"enabled": False, "status": None},
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "currency": currency or (subscription or {}).get("currency", "eur"),
        "customer": customer["id"],
        "customer_email": customer["email"],
        "discounts": [],
        "due_date": None,
        "ending_balance": min(0, total + balance),
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "lines": {"object": "list", "data": lines, "has_more": False, "url": ""},
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "parent": parent,
        "payments": {"object": "list", "data": [], "has_more": False, "url": ""},
        "period_start": min((part["period"]["start"] for part in lines), default=now),
        "period_end": max((part["period"]["end"] for part in lines), default=now),
        "starting_balance": balance,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": subtotal,
        "total": total,
        "total_discount_amounts": [{"amount": reduced, "discount": ""}] if reduced else [],
        "total_excluding_tax": total,
        "total_taxes": [],
    }


def issue(store: Store, customer: Thing, counted: Thing) -> Thing:
    """Keep a draft as an open invoice: it has a number from now on."""
    invoice = store.make("in", "invoice", **counted)
    number = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] += 1
    customer["balance"] = invoice["ending_balance"]
    invoice.update(
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04}",
        hosted_invoice_url=f"{store.url}/invoice/{invoice['id']}",
        invoice_pdf=f"{store.url}/invoice/{invoice['id']}/pdf",
    )
    invoice["status_transitions"]["finalized_at"] = store.now()
    for at, part in enumerate(invoice["lines"]["data"]):
        part["id"] = f"il_{invoice['id'][3:]}{at}"
        part["invoice"] = invoice["id"]
    store.happened("invoice.created", invoice)
    store.happened("invoice.finalized", invoice)
    return invoice


def collect(store: Store, invoice: Thing, *, again: bool) -> bool:
    """Try to take the money; False where the card is declined or the money is not here yet."""
    customer = payments.customer_of(store, invoice["customer"])
    invoice["attempted"] = True
    invoice["attempt_count"] += 1
    if not invoice["amount_due"]:
        return _is_paid(store, invoice)
    try:
        intent = payments.pay(
            store, customer, invoice["amount_due"], invoice["currency"], {}, again=again
        )
    except Refused:
        invoice["next_payment_attempt"] = (
            store.now() + RETRIES * DAY if invoice["attempt_count"] <= RETRIES else None
        )
        store.happened("invoice.payment_failed", invoice)
        return False
    _note(store, invoice, intent)
    return intent["status"] == "succeeded" and _is_paid(store, invoice)


def settle(store: Store, invoice: Thing, intent: Thing) -> None:
    """Paid already, by this payment."""
    _note(store, invoice, intent)
    _is_paid(store, invoice)


def _note(store: Store, invoice: Thing, intent: Thing) -> None:
    payment = {"type": "payment_intent", "payment_intent": intent["id"]}
    made = store.make(
        "inpay",
        "invoice_payment",
        amount_paid=None,
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment=payment,
        status="open",
    )
    invoice["payments"]["data"].append(made)


def arrive(store: Store, invoice: Thing) -> bool:
    """The delayed money of an open invoice is here."""
    for payment in invoice["payments"]["data"]:
        payments.succeed(store, store.get("payment_intent", payment["payment"]["payment_intent"]))
    return _is_paid(store, invoice)


def _is_paid(store: Store, invoice: Thing) -> bool:
    before = dict(invoice)
    due = invoice["amount_due"]
    invoice.update(status="paid", amount_paid=due, amount_remaining=0, next_payment_attempt=None)
    invoice["status_transitions"] = invoice["status_transitions"] | {"paid_at": store.now()}
    for payment in invoice["payments"]["data"]:
        payment.update(status="paid", amount_paid=payment["amount_requested"])
        store.happened("invoice_payment.paid", payment)
    store.happened("invoice.updated", invoice, before)
    store.happened("invoice.paid", invoice)
    store.happened("invoice.payment_succeeded", invoice)
    return True
