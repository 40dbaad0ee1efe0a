"""Rings for whoever writes answers. The row is the truth: what was not rung for is rung for again
(chat/sweeping.py)."""

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)


def ring(message: UUID) -> None:
    """Never raises."""
    try:
        current_app.send_task(
            "chat.tasks.answer", (str(message),), retry=False, expires=60, ignore_result=True
        )
    except (KombuError, OSError) as error:
        log.warning("The bell for message %s could not be rung: %s", message, error)
