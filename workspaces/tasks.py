"""Celery's doors to archives. Each is a doorbell: the row says what is to be done."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import KombuError

from workspaces.archive import caretaking, working

log = logging.getLogger(__name__)


@shared_task
def archive(pk: str) -> None:
    working.work(UUID(pk))


@shared_task
def look_after_archives() -> None:
    """End what nobody works on any more, ring for what waits, remove what is over."""
    for pk in caretaking.look_after():
        ring(pk)


def ring(pk: UUID) -> None:
    """Never raises: what was not rung for is rung for again."""
    try:
        archive.apply_async((str(pk),), retry=False, expires=600)
    except (KombuError, OSError) as error:
        log.warning("The bell for archive %s could not be rung: %s", pk, error)
