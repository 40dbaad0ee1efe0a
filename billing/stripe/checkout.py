"""Opens Stripe's page where a plan or a pack of units is paid for. What was bought is given later,
in `orders.py` and `mirror.py`, when Stripe says that it is paid."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from billing.models import Account, CreditPack, Customer, Order, Plan, PlanPrice, Subscription
from billing.models.customer import Contended
from billing.stripe.catalogue import price_id
from billing.stripe.client import stripe_api
from billing.stripe.errors import HasMore, HasSubscription, Missing, NotSold, OnItsWay, Refused
from billing.stripe.mirror import mirror, part_with
from billing.stripe.orders import settle
from billing.stripe.people import customer_of

# Stripe puts the session's id in; the page there calls `arrived`.
BACK = "/billing/?session_id={CHECKOUT_SESSION_ID}"
AWAY = "/pricing/?interval={interval}"
AWAY_FROM_PACK = "/billing/#packs"  # where both kinds of buttons for packs are known


def start_checkout(user: Any, plan: Plan, interval: str) -> str:
    """The address of Stripe's page where this plan is subscribed to, "month" or "year".

    Raises `NotSold`, `HasMore`, `HasSubscription` (then it is `managing.change_plan`), or one of
    the other errors of `errors.py`: all are sentences for the person.
    """
    price = PlanPrice.objects.on_sale().filter(plan=plan, interval=interval).first()
    if price is None:
        raise NotSold
    return _in_two_tries(lambda: _open_plan(user, price))


def start_pack(user: Any, pack: CreditPack) -> str:
    """The address of Stripe's page where this pack is paid for; raises as `start_checkout`."""
    if not pack.is_sold:
        raise NotSold
    return _in_two_tries(lambda: _open_pack(user, pack))


def arrived(user: Any, session_id: str) -> Order | None:
    """Of somebody who comes back from Stripe's page: their order, settled by what Stripe says now.
    None where it is no order of theirs."""
    order = Order.objects.filter(session_id=session_id, customer__user=user).first()
    if order is None:
        return None
    settle(order)
    order.refresh_from_db()
    return order


def _in_two_tries(open_page: Any) -> str:
    """A customer that Stripe no longer knows (another account, a stand-in that began anew) is let
    go, and made again."""
    try:
        return str(open_page())
    except _CustomerGone as gone:
        part_with(gone.customer)
    return str(open_page())


class _CustomerGone(Exception):
    def __init__(self, customer: Customer) -> None:
        super().__init__(str(customer))
        self.customer = customer


def _open_plan(user: Any, price: PlanPrice) -> str:
    customer = customer_of(user)
    try:
        mirror(customer)  # bought a moment ago in another window?
    except Missing:
        raise _CustomerGone(customer) from None
    _refuse_second(customer)
    _refuse_less(customer, price.plan)
    other = Order.objects.open().filter(customer=customer, pack=None)
    same = {"plan": price.plan, "interval": price.interval}
    for order in other.exclude(**same, amount=price.amount, currency=price.currency):
        _give_up(order)
    _refuse_second(customer)
    return _page(_order(customer, price=price), price)


def _open_pack(user: Any, pack: CreditPack) -> str:
    customer = customer_of(user)
    # What it was before staff changed it is had for that price, or not at all.
    other = Order.objects.open().filter(customer=customer, pack=pack)
    for order in other.exclude(units=pack.units, amount=pack.amount, currency=pack.currency):
        _give_up(order)
    return _page(_order(customer, pack=pack), pack)


def _refuse_second(customer: Customer) -> None:
    living = customer.subscriptions.living()
    if living.exclude(status=Subscription.Status.INCOMPLETE).exists():
        raise HasSubscription
    if customer.orders.filter(pack=None, state=Order.State.PENDING).exists():
        raise OnItsWay


def _refuse_less(customer: Customer, plan: Plan) -> None:
    has = Account.objects.of(customer.user).plan
    if not has.is_default and has != customer.given and has.position >= plan.position:
        raise HasMore(has.name)


def _give_up(order: Order) -> None:
    """Its page at Stripe closes; one that was paid meanwhile is settled in place of that."""
    order.refresh_from_db()  # another window may have opened it a moment ago
    if order.session_id:
        _close(order.session_id)
    try:
        settle(order)
    except Missing:
        _forget_page(order)


def _close(session_id: str) -> None:
    try:
        with stripe_api() as v1:
            v1.checkout.sessions.expire(session_id)
    except (Refused, Missing):
        pass  # it is over already


def _forget_page(order: Order) -> None:
    """Stripe has none: it was another account's, or a stand-in's that began anew."""
    Order.objects.open().filter(pk=order.pk).update(state=Order.State.EXPIRED)


def _order(
    customer: Customer, *, price: PlanPrice | None = None, pack: CreditPack | None = None
) -> Order:
    """The open order of the same, or a new one."""
    sold = price or pack
    assert sold is not None
    fields: dict[str, Any] = {"amount": sold.amount, "currency": sold.currency}
    if price:
        fields |= {"plan": price.plan, "interval": price.interval, "name": price.plan.name}
    if pack:
        fields |= {"pack": pack, "units": pack.units, "name": pack.name}
    try:
        with transaction.atomic():
            return Order.objects.create(customer=customer, **fields)
    except IntegrityError:
        order = Order.objects.open().filter(customer=customer, **fields).first()
        if order is None:  # another window began to buy something else
            raise Contended from None
        return order


def _page(order: Order, sold: PlanPrice | CreditPack) -> str:
    if order.session_id:
        if address := _open_page(order):
            return address
        order = _after(order, sold)
    try:
        with stripe_api() as v1:
            session = v1.checkout.sessions.create(
                params=_params(order, price_id(sold)),
                options={"idempotency_key": f"session:{order.pk}"},
            )
    except Missing as missing:
        if missing.param == "customer":
            raise _CustomerGone(order.customer) from None
        raise
    except Refused:
        # Perhaps what is sold has changed since it was asked for first: the next one begins anew.
        Order.objects.filter(pk=order.pk, session_id=None).update(state=Order.State.EXPIRED)
        raise
    is_mine = Q(session_id=None) | Q(session_id=session.id)
    if not Order.objects.open().filter(is_mine, pk=order.pk).update(session_id=session.id):
        _close(session.id)  # another window gave this order up while its page was being made
        raise Contended
    return str(session.url)


def _open_page(order: Order) -> str:
    """The address of its page; empty where that is over, and then the order is settled."""
    try:
        with stripe_api() as v1:
            session = v1.checkout.sessions.retrieve(order.session_id)
        if session.status == "open":
            return str(session.url)
        settle(order)
    except Missing:
        _forget_page(order)
    return ""


def _after(order: Order, sold: PlanPrice | CreditPack) -> Order:
    if isinstance(sold, CreditPack):
        return _order(order.customer, pack=sold)
    _refuse_second(order.customer)
    return _order(order.customer, price=sold)


def _away(order: Order) -> str:
    """To where they were when they went to pay."""
    if order.pack_id is not None:
        return AWAY_FROM_PACK
    return AWAY.format(interval=order.interval or "month")


def _params(order: Order, price: str) -> dict[str, Any]:
    ours = {"order": str(order.pk)}
    params: dict[str, Any] = {
        "customer": order.customer.stripe_id,
        "line_items": [{"price": price, "quantity": 1}],
        "success_url": settings.SITE_URL + BACK,
        "cancel_url": settings.SITE_URL + _away(order),
        "client_reference_id": str(order.pk),
        "metadata": ours,
        "allow_promotion_codes": True,
    }
    if order.pack is None:
        params |= {"mode": "subscription", "subscription_data": {"metadata": ours}}
    else:
        params |= {
            "mode": "payment",
            "payment_intent_data": {"metadata": ours},
            "invoice_creation": {"enabled": True},
        }
    if settings.STRIPE_TAX:
        params |= {
            "automatic_tax": {"enabled": True},
            "tax_id_collection": {"enabled": True},
            "customer_update": {"address": "auto", "name": "auto"},
        }
    return params
