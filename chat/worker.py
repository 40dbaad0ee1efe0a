"""The threads of a worker process that write answers: each of them mostly waits for a service."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from functools import cache
from typing import Any
from uuid import UUID

from celery import signals
from django.conf import settings
from django.db import close_old_connections

from chat import asking

END_SECONDS = 2.0  # to store what has come, when the process ends

stopping = threading.Event()
_at_hand: dict[UUID, Future[None]] = {}


def take(message: UUID) -> None:
    """Have its answer written by this process, as soon as one of its threads is free. Rung for
    again while it waits for one, it waits but once."""
    if stopping.is_set() or message in _at_hand:
        return
    future = _at_hand[message] = _threads().submit(_answer, message)
    future.add_done_callback(lambda _done: _at_hand.pop(message, None))


def _answer(message: UUID) -> None:
    if stopping.is_set():
        return  # It waited here until now: nobody has begun it, so another worker can.
    try:
        asking.answer(message, stopping)
    finally:
        close_old_connections()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.CHAT_ANSWERS, thread_name_prefix="answers")


@signals.worker_process_shutdown.connect  # of a child of a prefork pool
@signals.worker_shutting_down.connect  # of one that has no children
def stop(**kwargs: Any) -> None:
    """What is being written is kept as far as it has come; what nobody began waits for another."""
    stopping.set()
    wait_for(list(_at_hand.values()), END_SECONDS)
