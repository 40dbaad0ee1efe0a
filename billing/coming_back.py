"""What a restored site has to ask Stripe: what was paid, ended or given back after the backup is
known there alone."""

import logging
from collections.abc import Iterator

from django.conf import settings

from pixazo.backup.restoring import register

AGAIN = "run manage.py reconcile_stripe before anybody uses the site"

log = logging.getLogger(__name__)


def come_back() -> Iterator[str]:
    """Never raises: rows and files are back whether Stripe answers or not."""
    if not settings.STRIPE_SECRET_KEY:
        return
    from billing.stripe.reconciling import reconcile  # with Stripe's own library

    try:
        report = reconcile()
    except Exception:
        log.exception("The restored site could not be compared with Stripe.")
        yield f"What Stripe knows since the backup could not be looked at: {AGAIN}."
        return
    yield f"Stripe knew of {report.missed} events since the backup; they are worked on."
    yield from (f"With Stripe: {sentence}" for sentence in report.found)
    if report.error:
        yield f"That was not finished ({report.error}): {AGAIN}."


register(come_back)
