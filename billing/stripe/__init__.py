"""Payments by Stripe. `client.py` is the only place that asks its API, and `checkout.py` and
`managing.py` hold what pages call; plans and units change in `mirror.py` and `orders.py` only,
after what Stripe says when it is asked."""

from django.conf import settings


def is_on() -> bool:
    """False where the operator has set no key: pages say so, and staff give plans."""
    return bool(settings.STRIPE_SECRET_KEY)
