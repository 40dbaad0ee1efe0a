"""Celery's doors to what the bot does. Each is a doorbell: rows say what is to be done."""

import logging
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from celery import shared_task
from kombu.exceptions import KombuError

from chat.models import TelegramUpdate, TelegramWatch
from chat.models.telegram_update import senders_with_work

log = logging.getLogger(__name__)


# Threads of one worker that wait for Telegram at a time: mail, sweeps and services have the others.
AT_ONCE = 2
FULL_SECONDS = 1.0

_places = BoundedSemaphore(AT_ONCE)


@shared_task
def work(sender: int) -> None:
    from chat.telegram import working  # which rings here itself

    _in_a_place(lambda: working.work_for(sender), lambda: ring_for(sender, FULL_SECONDS))


@shared_task
def look(pk: str) -> None:
    from chat.telegram import watching  # which rings here itself

    watch = UUID(pk)
    _in_a_place(lambda: watching.look(watch), lambda: ring_to_look(watch, FULL_SECONDS))


def _in_a_place(act: Callable[[], None], later: Callable[[], None]) -> None:
    if not _places.acquire(blocking=False):
        later()
        return
    try:
        act()
    finally:
        _places.release()


@shared_task
def look_after() -> None:
    """Ring for what nobody works on; forget what is long over."""
    for sender in senders_with_work():
        ring_for(sender)
    for pk in TelegramWatch.objects.due().values_list("pk", flat=True)[:200]:
        ring_to_look(pk)
    TelegramUpdate.objects.forget()
    TelegramWatch.objects.forget()


def ring_for(sender: int, seconds: float = 0.0) -> None:
    _ring(work, sender, seconds)


def ring_to_look(pk: UUID, seconds: float = 0.0) -> None:
    _ring(look, str(pk), seconds)


def _ring(task: Any, argument: Any, seconds: float) -> None:
    """Never raises: what was not rung for is found by the next round."""
    try:
        task.apply_async((argument,), retry=False, countdown=seconds or None, expires=600)
    except (KombuError, OSError) as error:
        log.warning("The bell of the Telegram bot could not be rung: %s", error)
