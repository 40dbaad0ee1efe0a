"""Money that nobody has: cards that pay or not, charges, refunds and disputes."""

from billing.stand_in.catalogue import change
from billing.stand_in.refusals import Refused, declined
from billing.stand_in.store import Store, Thing

# Name -> (last four digits, brand): what a card does is in its name.
CARDS = {
    "paid": ("4242", "visa"),
    "declined": ("0002", "visa"),  # refused at once
    "later_declined": ("0341", "visa"),  # pays the first time, no renewal
    "delayed": ("6789", "sepa_debit"),  # the money arrives later
    "delayed_fails": ("3456", "sepa_debit"),  # and this one's doesn't
}


def create_customer(store: Store, given: Thing) -> Thing:
    customer = store.make(
        "cus",
        "customer",
        email=given.get("email"),
        name=given.get("name"),
        description=given.get("description"),
        phone=given.get("phone"),
        address=given.get("address"),
        metadata=given.get("metadata", {}),
        balance=given.get("balance", 0),
        currency=None,
        delinquent=False,
        invoice_prefix=f"{len(store.things):08X}",
        next_invoice_sequence=1,
        invoice_settings={"default_payment_method": None, "footer": None},
        preferred_locales=given.get("preferred_locales", []),
        tax_exempt=given.get("tax_exempt", "none"),
    )
    store.happened("customer.created", customer)
    return customer


def update_customer(store: Store, given: Thing, id: str) -> Thing:
    customer = customer_of(store, id)
    if settings := given.pop("invoice_settings", None):
        given["invoice_settings"] = customer["invoice_settings"] | settings
    return change(store, customer, given, "customer.updated")


def customer_of(store: Store, id: str, param: str = "customer") -> Thing:
    customer = store.get("customer", id, param)
    if customer.get("deleted"):
        raise Refused(f"No such customer: '{id}'", code="resource_missing", status=404, param=param)
    return customer


def keep_card(store: Store, customer: Thing, card: str) -> Thing:
    """What is paid with from now on."""
    digits, brand = CARDS[card]
    details = {"last4": digits, "brand": brand, "exp_month": 12, "exp_year": 2040}
    kind = "sepa_debit" if brand == "sepa_debit" else "card"
    method = store.make(
        "pm", "payment_method", type=kind, customer=customer["id"], metadata={}, **{kind: details}
    )
    store.secret(method)["card"] = card
    store.happened("payment_method.attached", method)
    before = dict(customer)
    customer["invoice_settings"] = customer["invoice_settings"] | {
        "default_payment_method": method["id"]
    }
    store.happened("customer.updated", customer, before)
    return method


def card_of(store: Store, customer: Thing) -> str:
    method = customer["invoice_settings"]["default_payment_method"]
    return str(store.secret(store.get("payment_method", method))["card"]) if method else ""


def pay(
    store: Store, customer: Thing, amount: int, currency: str, metadata: Thing, *, again: bool
) -> Thing:
    """A payment intent, `succeeded` or `processing`; raises `Refused` (402) where it is declined.
    `again` for what is taken without the person: renewals."""
    card = card_of(store, customer)
    method = customer["invoice_settings"]["default_payment_method"]
    intent = store.make(
        "pi",
        "payment_intent",
        amount=amount,
        amount_received=0,
        currency=currency,
        customer=customer["id"],
        description=None,
        latest_charge=None,
        last_payment_error=None,
        metadata=metadata,
        payment_method=method,
        payment_method_types=["card"],
        status="requires_payment_method",
    )
    if not card or card == "declined" or (again and card == "later_declined"):
        refusal = declined() if card else declined("This customer has no card.")
        intent["last_payment_error"] = refusal.error
        store.happened("payment_intent.payment_failed", intent)
        raise refusal
    if card.startswith("delayed") and not again:
        intent["status"] = "processing"
        store.happened("payment_intent.processing", intent)
        return intent
    return succeed(store, intent)


def succeed(store: Store, intent: Thing) -> Thing:
    charge = store.make(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"],
        amount_refunded=0,
        captured=True,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        metadata=dict(intent["metadata"]),
        paid=True,
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        receipt_url=None,
        refunded=False,
        status="succeeded",
    )
    intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
    store.happened("charge.succeeded", charge)
    store.happened("payment_intent.succeeded", intent)
    return intent


def create_refund(store: Store, given: Thing) -> Thing:
    charge = _charge_of(store, given)
    rest = charge["amount"] - charge["amount_refunded"]
    amount = given.get("amount", rest)
    if not rest:
        raise Refused(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if not 0 < amount <= rest:
        raise Refused(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({rest}).",
            param="amount",
        )
    refund = store.make(
        "re",
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        customer=charge["customer"],
        metadata=given.get("metadata", {}),
        payment_intent=charge["payment_intent"],
        reason=given.get("reason"),
        status="succeeded",
    )
    before = dict(charge)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    store.happened("refund.created", refund)
    store.happened("charge.refunded", charge, before)
    return refund


def fail_refund(store: Store, refund: str) -> Thing:
    """The bank took it not, perhaps days later: only a control call does this."""
    failed = store.get("refund", refund)
    charge = store.get("charge", failed["charge"])
    failed.update(status="failed", failure_reason="expired_or_canceled_card")
    charge["amount_refunded"] -= failed["amount"]
    charge["refunded"] = False
    store.happened("refund.failed", failed)
    return failed


def dispute(store: Store, payment: str) -> Thing:
    """The person's bank wants a payment back: only a control call begins this."""
    charge = _charge_of(store, {"payment_intent": payment})
    before = dict(charge)
    charge["disputed"] = True
    made = store.make(
        "dp",
        "dispute",
        amount=charge["amount"],
        charge=charge["id"],
        currency=charge["currency"],
        evidence_details={"due_by": store.now() + 7 * 86400, "has_evidence": False},
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
    store.happened("charge.updated", charge, before)
    store.happened("charge.dispute.created", made)
    return made


def close_dispute(store: Store, id: str, *, won: bool) -> Thing:
    made = store.get("dispute", id)
    before = dict(made)
    made["status"] = "won" if won else "lost"
    store.happened("charge.dispute.closed", made, before)
    return made


def _charge_of(store: Store, given: Thing) -> Thing:
    if charge := given.get("charge"):
        return store.get("charge", charge, "charge")
    intent = store.get("payment_intent", given.get("payment_intent", ""), "payment_intent")
    if not intent["latest_charge"]:
        raise Refused(
            "This PaymentIntent does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
        )
    return store.get("charge", intent["latest_charge"])
