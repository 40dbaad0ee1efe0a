"""The customer that a person is at Stripe; the first purchase makes it."""

import hashlib
from typing import Any

from django.conf import settings

from billing.models import Customer
from billing.stripe.client import stripe_api
from billing.stripe.errors import NoSubscription
from billing.stripe.mirror import part_with


def customer_of(user: Any) -> Customer:
    """Raises the errors of `errors.py`. Of two calls at once one makes it, and both have it."""
    row, _ = Customer.objects.get_or_create(user=user, defaults={"livemode": settings.STRIPE_LIVE})
    if row.stripe_id and row.livemode != settings.STRIPE_LIVE:
        part_with(row)  # from when payments were tried out
        return customer_of(user)
    if row.stripe_id:
        return row
    params = {
        "email": user.email,
        "name": user.get_full_name() or user.username,
        "metadata": {"user_id": str(user.pk)},
    }
    # The same key with other words would be refused for a day.
    words = hashlib.sha256(repr(params).encode()).hexdigest()[:16]
    with stripe_api() as v1:
        made = v1.customers.create(
            params=params, options={"idempotency_key": f"customer:{row.pk}:{words}"}
        )
    Customer.objects.filter(pk=row.pk).update(stripe_id=made.id, livemode=made.livemode)
    row.refresh_from_db()
    return row


def known_customer(user: Any) -> Customer:
    """Raises `NoSubscription` for somebody who has never bought anything."""
    row = Customer.objects.of(user)
    if row is None:
        raise NoSubscription
    return row
