"""The billing portal: sessions made by us, and what a person does on the stand-in's page."""

from billing.stand_in import invoices, payments, subscriptions
from billing.stand_in.catalogue import change
from billing.stand_in.refusals import Refused
from billing.stand_in.store import Store, Thing


def create(store: Store, given: Thing) -> Thing:
    if "customer" not in given:
        raise Refused(
            "Missing required param: customer.", code="parameter_missing", param="customer"
        )
    customer = payments.customer_of(store, given["customer"])
    if (
        subscription := given.get("flow_data", {})
        .get("subscription_cancel", {})
        .get("subscription")
    ):
        store.get("subscription", subscription, "flow_data[subscription_cancel][subscription]")
    session = store.make(
        "bps",
        "billing_portal.session",
        configuration=given.get("configuration", "bpc_stand_in"),
        customer=customer["id"],
        flow=given.get("flow_data"),
        locale=given.get("locale"),
        on_behalf_of=None,
        return_url=given.get("return_url"),
        url=None,
    )
    session["url"] = f"{store.url}/portal/{session['id']}"
    store.happened("billing_portal.session.created", session)
    return session


def create_configuration(store: Store, given: Thing) -> Thing:
    return store.make(
        "bpc",
        "billing_portal.configuration",
        active=True,
        business_profile=given.get("business_profile", {}),
        default_return_url=given.get("default_return_url"),
        features=given["features"],
        is_default=False,
        login_page={"enabled": False, "url": None},
        metadata=given.get("metadata", {}),
        name=given.get("name"),
        updated=store.now(),
    )


def running(store: Store, customer: str) -> list[Thing]:
    return [
        row
        for row in store.all("subscription")
        if row["customer"] == customer and row["status"] not in subscriptions.DONE
    ]


def do(store: Store, session: Thing, action: str, given: Thing) -> None:
    """One button of the page. Raises `Refused` where the card is."""
    customer = payments.customer_of(store, session["customer"])
    if action == "card":
        payments.keep_card(store, customer, given["card"])
        method = customer["invoice_settings"]["default_payment_method"]
        for row in running(store, customer["id"]):
            wanted = {"default_payment_method": method}
            change(store, row, wanted, "customer.subscription.updated")
        return
    if action == "pay":
        pay_open(store, customer)
        return
    row = next(row for row in running(store, customer["id"]) if row["id"] == given["subscription"])
    if action == "cancel":
        subscriptions.update(store, {"cancel_at_period_end": True}, row["id"])
    elif action == "keep":
        subscriptions.update(store, {"cancel_at_period_end": False}, row["id"])
    elif action == "switch":
        item = {"id": row["items"]["data"][0]["id"], "price": given["price"]}
        wanted = {
            "items": [item],
            "proration_behavior": "always_invoice",
            "payment_behavior": "error_if_incomplete",
        }
        subscriptions.update(store, wanted, row["id"])


def pay_open(store: Store, customer: Thing) -> None:
    """What renewals left open."""
    for invoice in store.all("invoice"):
        if invoice["customer"] == customer["id"] and invoice["status"] == "open":
            pay_invoice(store, {}, invoice["id"])


def pay_invoice(store: Store, given: Thing, id: str) -> Thing:
    invoice = store.get("invoice", id)
    if invoice["status"] != "open":
        raise Refused(f"Invoice is already {invoice['status']}", code="invoice_not_editable")
    if not invoices.collect(store, invoice, again=True):
        raise Refused(
            "Your card was declined.", status=402, type="card_error", code="card_declined"
        )
    parent = invoice["parent"]
    if parent:
        id = parent["subscription_details"]["subscription"]
        subscriptions.revive(store, store.get("subscription", id))
    return invoice


def void_invoice(store: Store, given: Thing, id: str) -> Thing:
    invoice = store.get("invoice", id)
    if invoice["status"] != "open":
        raise Refused(f"Invoice is already {invoice['status']}", code="invoice_not_editable")
    return change(store, invoice, {"status": "void"}, "invoice.voided")


def delete_customer(store: Store, given: Thing, id: str) -> Thing:
    """Their subscriptions end with them."""
    customer = payments.customer_of(store, id)
    for row in running(store, id):
        subscriptions.end(store, row, "cancellation_requested")
    store.happened("customer.deleted", customer)
    customer["deleted"] = True
    return {"id": id, "object": "customer", "deleted": True}
