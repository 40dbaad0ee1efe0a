"""Ends plans that were not paid for longer than the grace lasts."""

import logging

from billing.models import Customer, Subscription
from billing.stripe.mirror import mirror
from pixazo.errors import UserError

log = logging.getLogger(__name__)


def end() -> None:
    """Stripe is asked once more: where it can't be, nobody loses what they may have paid for."""
    overdue = Subscription.objects.overdue().filter(plan__isnull=False)
    # Those whose plan has ended already have been given nothing since.
    customers = Customer.objects.known().filter(given__isnull=False, subscriptions__in=overdue)
    for customer in customers.distinct():
        try:
            mirror(customer)
        except UserError as error:
            log.warning("The grace of customer %s could not be ended: %s", customer.pk, error)
