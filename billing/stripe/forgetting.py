"""Whose account is deleted here is deleted at Stripe: their subscription ends, their card goes.

Orders stay, for the books, and name nobody.
"""

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from accounts.models import User
from billing.models import Customer, Subscription
from billing.stripe.client import stripe_api
from billing.stripe.errors import Missing, Refused
from pixazo.errors import UserError

log = logging.getLogger(__name__)


@receiver(pre_delete, sender=User)
def _person_goes(instance: User, **kwargs: Any) -> None:
    """However they are deleted: by themselves, by staff, by a command."""
    from billing.tasks import ring_to_forget

    for customer in Customer.objects.filter(user=instance):
        customer.leave()
        transaction.on_commit(partial(ring_to_forget, customer.pk))


def forget_all() -> None:
    """Those for whom Stripe could not be reached before."""
    for pk in Customer.objects.leaving().values_list("pk", flat=True):
        forget(pk)


def forget(pk: int) -> None:
    customer = Customer.objects.leaving().filter(pk=pk).first()
    if customer is None:
        return
    try:
        _close_pages(customer)
        if customer.stripe_id:
            _delete(customer.stripe_id)
    except UserError as error:
        log.warning("Customer %s could not be deleted at Stripe: %s", pk, error)
        return
    customer.subscriptions.living().update(status=Subscription.Status.CANCELED)
    Customer.objects.filter(pk=pk).update(leaving=None, given=None)


def _close_pages(customer: Customer) -> None:
    """Nobody is to pay for somebody who is no longer here."""
    for order in customer.orders.open().exclude(session_id=None):
        try:
            with stripe_api() as v1:
                v1.checkout.sessions.expire(order.session_id)
        except (Missing, Refused):
            pass  # over already
    customer.orders.open().update(state="expired")


def _delete(stripe_id: str) -> None:
    try:
        with stripe_api() as v1:
            v1.customers.delete(stripe_id)
    except Missing:
        pass  # and so it is
