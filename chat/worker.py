"""The threads of a worker process that write answers: each of them mostly waits for a service."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from uuid import UUID

from celery import signals
from django.conf import settings
from django.db import close_old_connections

from chat import asking

stopping = threading.Event()


def take(message: UUID) -> None:
    """Have its answer written by this process, as soon as one of its threads is free."""
    if not stopping.is_set():
        _threads().submit(_answer, message)


def _answer(message: UUID) -> None:
    try:
        asking.answer(message, stopping)
    finally:
        close_old_connections()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.CHAT_ANSWERS, thread_name_prefix="answers")


@signals.worker_shutting_down.connect
def _worker_stops(**kwargs: Any) -> None:
    """What is being written is kept as far as it has come; what nobody began waits for another."""
    stopping.set()
