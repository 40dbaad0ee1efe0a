"""Celery's doors to letters and other deliveries. Each is a doorbell: the row says what to do."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils.timezone import now
from kombu.exceptions import KombuError

from accounts.models import Delivery
from accounts.telling import delivering

log = logging.getLogger(__name__)


@shared_task
def deliver(pk: str) -> None:
    delivering.deliver(UUID(pk))


@shared_task
def deliver_due() -> None:
    delivering.deliver_due()


@shared_task
def fetch_mail() -> None:
    """Read what people answered, where a mailbox is named."""
    from accounts.desk import mailbox  # which rings here itself

    mailbox.fetch()


def ring_after_commit(row: Delivery | None) -> None:
    """None: the same was put there before, and rung for."""
    if row is not None:
        # No `partial`: where one fails, Django asks for its name, which it has not.
        transaction.on_commit(lambda: _ring(row), robust=True)


def _ring(row: Delivery) -> None:
    """Never raises: what was not rung for is found by the next round."""
    seconds = max((row.due - now()) / timedelta(seconds=1), 0)
    try:
        deliver.apply_async((str(row.pk),), retry=False, countdown=seconds)
    except (KombuError, OSError) as error:
        log.warning("The bell for %s could not be rung: %s", row, error)
