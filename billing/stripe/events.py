"""Does the work of an event: its object is read again, and we are brought to what it is now."""

import logging
from collections.abc import Callable

from billing.models import Customer, StripeEvent
from billing.stripe import telling
from billing.stripe.client import stripe_api
from billing.stripe.mirror import mirror
from billing.stripe.orders import settle_charge, settle_session
from billing.stripe.reading import field, id_of, subscription_of

log = logging.getLogger(__name__)

NOT_OURS = "No customer of this site."


def work_on(pk: str) -> None:
    """Nothing where it is done, not due, or somebody else's. Never raises for what Stripe or the
    database does: then it is tried again, with growing pauses."""
    event = StripeEvent.objects.filter(pk=pk).first()
    if event is None or not event.claim():
        return
    try:
        event.done(_act(event))
    # A fault of ours, too, must neither lose an event nor keep others from being worked on; nor
    # a key of another account, by which nothing is found for a while.
    except Exception as error:
        log.exception("The event %s of Stripe's could not be worked on.", event.pk)
        if event.not_yet(f"{type(error).__name__}: {error}"):
            telling.staff(f"An event of Stripe's was given up: {event.pk}.", "stripeevent", pk)


def _act(event: StripeEvent) -> str:
    return KINDS[event.kind](event) if event.kind in KINDS else "Nothing to do."


def _session(event: StripeEvent) -> str:
    has_failed = event.kind == "checkout.session.async_payment_failed"
    return settle_session(event.object_id, has_failed=has_failed)


def _subscription(event: StripeEvent) -> str:
    return _mirrored(event.customer_id)


def _invoice(event: StripeEvent) -> str:
    """Only those of subscriptions change anything: the pages of packs are settled themselves."""
    with stripe_api() as v1:
        invoice = v1.invoices.retrieve(event.object_id)
    if not subscription_of(invoice):
        return "The invoice is of no subscription."
    return _mirrored(id_of(invoice.customer))


def _charge(event: StripeEvent) -> str:
    return settle_charge(event.object_id)


def _dispute(event: StripeEvent) -> str:
    with stripe_api() as v1:
        dispute = v1.disputes.retrieve(event.object_id)
    return settle_charge(id_of(field(dispute, "charge")))


def _refund(event: StripeEvent) -> str:
    """The money came back to us: no bank took it. So do the units, to the person."""
    with stripe_api() as v1:
        refund = v1.refunds.retrieve(event.object_id)
    return settle_charge(id_of(field(refund, "charge")), has_failed=True)


def _customer(event: StripeEvent) -> str:
    return _mirrored(event.object_id, may_be_gone=True)


def _mirrored(stripe_id: str, *, may_be_gone: bool = False) -> str:
    customer = Customer.objects.filter(stripe_id=stripe_id).first()
    if customer is None:
        return NOT_OURS
    return " ".join(mirror(customer, may_be_gone=may_be_gone)) or "All was as it should be."


KINDS: dict[str, Callable[[StripeEvent], str]] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _session,
    "checkout.session.expired": _session,
    "customer.subscription.created": _subscription,
    "customer.subscription.updated": _subscription,
    "customer.subscription.deleted": _subscription,
    "customer.subscription.paused": _subscription,
    "customer.subscription.resumed": _subscription,
    "customer.subscription.trial_will_end": _subscription,
    "invoice.paid": _invoice,
    "invoice.payment_failed": _invoice,
    "charge.refunded": _charge,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    "customer.deleted": _customer,
}
