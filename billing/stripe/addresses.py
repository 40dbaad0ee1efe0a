"""Tells Stripe where somebody gets letters now: it sends receipts, and asks for new cards."""

import logging
from functools import partial
from typing import Any

from allauth.account.signals import email_changed
from django.db import transaction
from django.dispatch import receiver

from billing.models import Customer
from billing.stripe.client import stripe_api
from billing.stripe.errors import BillingOff, Missing
from pixazo.errors import UserError

log = logging.getLogger(__name__)


@receiver(email_changed)
def _moved(user: Any, **kwargs: Any) -> None:
    from billing.tasks import ring_for_address

    for pk in (
        Customer.objects.filter(user=user).exclude(stripe_id=None).values_list("pk", flat=True)
    ):
        transaction.on_commit(partial(ring_for_address, pk))


def tell(pk: int) -> bool:
    """False where Stripe should be told again later."""
    customer = Customer.objects.filter(pk=pk, user__isnull=False).select_related("user").first()
    if customer is None or customer.user is None or not customer.stripe_id:
        return True
    try:
        with stripe_api() as v1:
            v1.customers.update(customer.stripe_id, params={"email": customer.user.email})
    except (BillingOff, Missing):
        return True
    except UserError as error:
        log.warning("Customer %s's address could not be told to Stripe: %s", pk, error)
        return False
    return True
