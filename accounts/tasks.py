"""Celery's doors to what is done for people in the background. Each is a doorbell: the row says
what is to be done."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import KombuError

from accounts import departing
from accounts.models import Departure

log = logging.getLogger(__name__)


@shared_task
def complete_departure(pk: str) -> None:
    departing.complete(UUID(pk))


@shared_task
def look_after_people() -> None:
    """Ring for what nobody works on."""
    for pk in Departure.objects.waiting().values_list("pk", flat=True):
        ring_for_departure(pk)


def ring_for_departure(pk: UUID) -> None:
    """Never raises: what was not rung for is rung for again."""
    try:
        complete_departure.apply_async((str(pk),), retry=False, expires=600)
    except (KombuError, OSError) as error:
        log.warning("The bell for departure %s could not be rung: %s", pk, error)
