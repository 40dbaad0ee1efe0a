"""What a restored site has to ask Stripe: what was paid after the backup is known there alone."""

from collections.abc import Iterator

from django.conf import settings

from pixazo.backup.restoring import register


def come_back() -> Iterator[str]:
    if settings.STRIPE_SECRET_KEY:
        yield (
            "What was paid, ended or given back since the backup is known to Stripe alone: run"
            " manage.py reconcile_stripe now, and look through what it lists."
        )


register(come_back)
