"""Celery's doors to what is done for people in the background. Each is a doorbell: the row says
what is to be done."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils.timezone import now
from kombu.exceptions import KombuError

from accounts import departing, taking_along
from accounts.desk import files
from accounts.models import Delivery, Departure, PageView
from accounts.telling import delivering

log = logging.getLogger(__name__)


@shared_task
def complete_departure(pk: str) -> None:
    departing.complete(UUID(pk))


@shared_task
def look_after_people() -> None:
    """Ring for what nobody works on, end and remove what is over."""
    for pk in Departure.objects.waiting().values_list("pk", flat=True):
        ring_for_departure(pk)
    for pk in taking_along.look_after():
        ring_for_export(pk)
    files.remove_orphans()


@shared_task
def put_data_together(pk: str) -> None:
    taking_along.work(UUID(pk))


def ring_for_export(pk: UUID) -> None:
    """Never raises: what was not rung for is rung for again."""
    try:
        put_data_together.apply_async((str(pk),), retry=False, expires=600)
    except (KombuError, OSError) as error:
        log.warning("The bell for export %s could not be rung: %s", pk, error)


def ring_for_departure(pk: UUID) -> None:
    """Never raises: what was not rung for is rung for again."""
    try:
        complete_departure.apply_async((str(pk),), retry=False, expires=600)
    except (KombuError, OSError) as error:
        log.warning("The bell for departure %s could not be rung: %s", pk, error)


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
        transaction.on_commit(lambda: ring(row), robust=True)


def ring(row: Delivery) -> None:
    """Never raises: what was not rung for is found by the next round."""
    seconds = max((row.due - now()) / timedelta(seconds=1), 0)
    try:
        deliver.apply_async((str(row.pk),), retry=False, countdown=seconds)
    except (KombuError, OSError) as error:
        log.warning("The bell for %s could not be rung: %s", row, error)


@shared_task
def forget_page_views() -> None:
    """Reports look back as far as these are kept."""
    PageView.objects.old().delete()
