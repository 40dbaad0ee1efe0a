"""Settles orders by what Stripe says of them now: units are given once, and taken back after
refunds and disputes. May be rung for any number of times, in any order."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from billing.models import Account, Order, Subscription
from billing.models.ledger import BOUGHT, ORDER
from billing.stripe import telling
from billing.stripe.client import stripe_api
from billing.stripe.mirror import mirror
from billing.stripe.reading import field, id_of
from billing.units import Units, plain

# As the ledger shows them to the person.
PAID_BACK = gettext_noop("Paid back")
DISPUTED = gettext_noop("The payment is disputed")
WON = gettext_noop("The dispute was settled")
NOT_PAID_BACK = gettext_noop("The money could not be paid back")

PAID = {"paid", "no_payment_required"}
GIVEN_UP = {"requires_payment_method", "canceled"}  # of a page that was completed
UNPAID_STATES = (Order.State.OPEN, Order.State.PENDING, Order.State.EXPIRED, Order.State.FAILED)


def settle_session(session_id: str, *, has_failed: bool = False) -> str:
    """Of the order that this page of Stripe's was opened for."""
    order = Order.objects.filter(session_id=session_id).first()
    if order is None:
        # Whoever made the page died before its id was kept, or another program made it.
        with stripe_api() as v1:
            session = v1.checkout.sessions.retrieve(session_id)
        order = _named_in(session)
        if order is None:
            return "No order of this site."
        Order.objects.filter(pk=order.pk, session_id=None).update(session_id=session_id)
        order.refresh_from_db()
    return settle(order, has_failed=has_failed)


def settle(order: Order, *, has_failed: bool = False) -> str:
    """`has_failed`: Stripe said of a payment that takes days that it will not come."""

    def read() -> tuple[Any, bool]:
        session_id = Order.objects.values_list("session_id", flat=True).get(pk=order.pk)
        if session_id is None:
            return None, False
        with stripe_api() as v1:
            session = v1.checkout.sessions.retrieve(session_id)
        return session, has_failed or _never_comes(session)

    order.customer.freshly(read, lambda found: _write(order.pk, *found))
    order.refresh_from_db()
    if order.pack_id is None and order.state == Order.State.PAID:
        mirror(order.customer)
    return f"Order {order.pk} is {order.state}."


def settle_charge(charge_id: str, *, has_failed: bool = False) -> str:
    """Take back, or give again, what its refunds and disputes ask for; or what a refund of it that
    failed asks for."""
    with stripe_api() as v1:
        charge = v1.charges.retrieve(charge_id)
    order = _named_in(charge) or _paid_by(id_of(field(charge, "payment_intent")))
    if order is None or order.pack_id is None:
        return _of_no_pack(charge, has_failed)
    settle(order)  # given first, or there would be nothing to take

    def read() -> tuple[Any, bool]:
        with stripe_api() as v1:
            fresh = v1.charges.retrieve(charge_id)
            if not field(fresh, "disputed"):
                return fresh, False
            disputes = v1.disputes.list(params={"charge": charge_id, "limit": 100}).data
            return fresh, any(_takes_money(each.status) for each in disputes)

    before = order.changes
    order.customer.freshly(read, lambda found: _take_back(order.pk, *found))
    order.refresh_from_db()
    if has_failed and order.changes == before:
        # Nothing had been taken back yet: the person has their units, and not their money.
        telling.staff(f"A refund failed: order {order.pk}.", "order", order.pk)
    return f"Order {order.pk} is {order.state}; {plain(order.taken_back)} units were taken back."


def _never_comes(session: Any) -> bool:
    """Of a payment that takes days: whether it was given up, though no event has said so."""
    if session.status != "complete" or session.payment_status in PAID:
        return False
    intent, subscription = (id_of(field(session, n)) for n in ("payment_intent", "subscription"))
    with stripe_api() as v1:
        if intent:
            return v1.payment_intents.retrieve(intent).status in GIVEN_UP
        return bool(subscription) and (
            v1.subscriptions.retrieve(subscription).status in Subscription.ENDED
        )


def _write(pk: UUID, session: Any, has_failed: bool) -> None:
    order = Order.objects.select_related("customer__user").get(pk=pk)
    if order.state not in UNPAID_STATES or (session is None and order.session_id):
        return  # settled, or its page was opened while it was read
    if session is None or session.status == "expired":
        order.state = Order.State.EXPIRED
    elif session.status == "complete" and session.payment_status in PAID:
        order.state = Order.State.PAID
        order.payment_intent = id_of(field(session, "payment_intent"))
        if order.customer.user is None:
            telling.staff(f"Paid by somebody who is gone: order {order.pk}.", "order", order.pk)
        _grant(order)
    elif session.status == "complete":
        order.state = Order.State.FAILED if has_failed else _pending(order)
    order.save(update_fields=["state", "payment_intent", "granted"])


def _pending(order: Order) -> Order.State:
    return Order.State.FAILED if order.state == Order.State.FAILED else Order.State.PENDING


def _grant(order: Order) -> None:
    user = order.customer.user
    if not order.units or order.granted or user is None:
        return
    account = Account.objects.of(user)
    account.grant(order.units, reason=BOUGHT % {"name": order.name}, reference=f"{ORDER}{order.pk}")
    order.granted = True
    telling.of_units(order.customer, order.units)


def _take_back(pk: UUID, charge: Any, is_disputed: bool) -> None:
    order = Order.objects.select_related("customer__user").get(pk=pk)
    wanted = order.units if is_disputed else _share(order.units, charge)
    if order.granted and order.customer.user is not None and wanted != order.taken_back:
        account = Account.objects.of(order.customer.user)
        more = plain(Decimal(wanted) - Decimal(order.taken_back))
        order.changes += 1
        reference = f"{ORDER}{order.pk}:{order.changes}"
        if more > 0:
            reason = DISPUTED if is_disputed else PAID_BACK
            account.take_back(more, reason=reason, reference=reference)
        else:
            was_disputed = order.state == Order.State.DISPUTED
            reason = WON if was_disputed else NOT_PAID_BACK
            account.grant(-more, reason=reason, reference=reference)
            if not was_disputed:
                telling.staff(f"A refund failed: order {order.pk}.", "order", order.pk)
        order.taken_back = wanted
        telling.of_units(order.customer, -more)
    if is_disputed:
        if order.state != Order.State.DISPUTED:
            telling.staff(f"A payment is disputed: order {order.pk}.", "order", order.pk)
        order.state = Order.State.DISPUTED
    elif charge.amount_refunded >= charge.amount > 0:
        order.state = Order.State.REFUNDED
    elif order.state not in UNPAID_STATES:
        order.state = Order.State.PAID
    order.save(update_fields=["state", "taken_back", "changes"])


def _takes_money(status: str) -> bool:
    """Of a dispute. A bank's mere question (warning_...) leaves the money where it is."""
    return status not in {"won", "prevented"} and not status.startswith("warning_")


def _share(units: Units, charge: Any) -> Units:
    """Of a part that was paid back, in halves and in the person's favour."""
    if not charge.amount or charge.amount_refunded >= charge.amount:
        return units if charge.amount_refunded else 0
    halves = Decimal(units) * 2 * charge.amount_refunded // charge.amount
    return plain(halves / 2)


def _named_in(thing: Any) -> Order | None:
    """We write the order's id on the page that we open, and Stripe copies it to the payment."""
    try:
        pk = UUID(str(field(thing, "metadata", "order")))
    except ValueError:
        return None
    return Order.objects.filter(pk=pk).first()


def _paid_by(payment_intent: str) -> Order | None:
    return Order.objects.filter(payment_intent=payment_intent).first() if payment_intent else None


def _of_no_pack(charge: Any, has_failed: bool) -> str:
    """What becomes of a subscription whose money went back is for staff to say."""
    if has_failed:  # the bank sent the money back to us: the person has nothing
        telling.staff(f"A refund failed that is for no pack of units: {charge.id}.")
        return f"A refund of {charge.id} failed; it is for no pack of units: staff were told."
    what = "disputed" if field(charge, "disputed") else "paid back"
    telling.staff(f"A payment was {what} that is for no pack of units: {charge.id}.")
    return f"{charge.id} was {what}, and is for no pack of units: staff were told."
