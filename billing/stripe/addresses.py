"""Tells Stripe where somebody gets letters now: it sends receipts, and asks for new cards."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

from allauth.account.signals import email_changed
from django.db import transaction
from django.dispatch import receiver
from django.utils.timezone import now

from billing.models import Customer
from billing.stripe.client import stripe_api
from billing.stripe.errors import BillingOff, Missing
from pixazo.errors import UserError

TRIES = 5
LATER = timedelta(hours=1)
AT_ONCE = 50  # of one look

log = logging.getLogger(__name__)


@receiver(email_changed)
def _moved(user: Any, **kwargs: Any) -> None:
    """Written down, so that it is told however long Stripe or the broker is away."""
    from billing.tasks import ring_for_address

    rows = Customer.objects.filter(user=user)
    rows.update(address_due=now())
    for pk in rows.values_list("pk", flat=True):
        transaction.on_commit(partial(ring_for_address, pk))


def tell_all() -> None:
    """Those that Stripe was not told of before; where it is away, nobody else's is tried."""
    due = Customer.objects.known().filter(address_due__lte=now()).order_by("address_due")
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        if not tell(pk):
            break


def tell(pk: int) -> bool:
    """False where Stripe is to be told again later."""
    rows = Customer.objects.filter(pk=pk)
    for _attempt in range(TRIES):
        customer = (
            Customer.objects.known()
            .filter(pk=pk, address_due__isnull=False)
            .select_related("user")
            .first()
        )
        if customer is None or customer.user is None or not customer.stripe_id:
            return True
        of_then = rows.filter(address_due=customer.address_due)
        try:
            with stripe_api() as v1:
                v1.customers.update(customer.stripe_id, params={"email": customer.user.email})
        except BillingOff:
            return False
        except Missing:
            pass  # gone there: nobody gets letters
        except UserError as error:
            log.warning("Customer %s's address could not be told to Stripe: %s", pk, error)
            of_then.update(address_due=now() + LATER)
            return False
        if of_then.update(address_due=None):
            return True
        # It changed meanwhile, and ours may have come there after the newer one.
        rows.update(address_due=now())
    return False
