"""Rings for whoever writes answers. The row is the truth: what was not rung for is rung for again
(chat/sweeping.py)."""

import logging
from typing import Any
from uuid import UUID

from celery import current_app
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)


def ring(message: UUID) -> None:
    """Never raises."""
    _send("chat.tasks.answer", str(message))


def ring_for_title(topic: UUID, name: str, prompt: str, person: Any) -> None:
    """Never raises. Of a topic: whether it is heard or not, it has a name already."""
    _send("chat.tasks.title", str(topic), name, prompt, str(person))


def _send(task: str, *args: str) -> None:
    try:
        current_app.send_task(task, args, retry=False, expires=60, ignore_result=True)
    except (KombuError, OSError) as error:
        log.warning("The bell of %s for %s could not be rung: %s", task, args[0], error)
