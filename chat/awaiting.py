"""Waits for an answer that a worker writes, on behalf of a program that can't hear events."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import close_old_connections, connection

from chat.models import Message
from pixazo.at_once import places

WAIT_SECONDS = 90.0  # proxies give up soon after
STREAM_SECONDS = 900.0
LOOK_SECONDS = 0.1
HEARTBEAT_SECONDS = 15.0
# Whoever comes when they are taken looks again later. Each who waits for the whole holds one of the
# web process's threads, beside those who wait for pictures (`WAITING_MOST`): pages need the rest.
MOST, MOST_STREAMS = 6, 16

_free = threading.BoundedSemaphore(MOST)
_free_streams = threading.BoundedSemaphore(MOST_STREAMS)


def wait(message: Message) -> Message:
    """As it is when it has ended, or after a while."""
    row = message
    for row in _looks(message, WAIT_SECONDS, _free):
        if not row.is_answering:
            break
    return row


def stream(message: Message, answer: Callable[[Message], dict[str, Any]]) -> Iterator[bytes]:
    """Server-sent events: `message` as it begins, `delta` with each piece of `text`, and `end` with
    all of it. Without an `end`, its address tells the rest."""
    said, heard = "", time.monotonic()
    yield _event("message", answer(message))
    try:
        for row in _looks(message, STREAM_SECONDS, _free_streams):
            if row.content.startswith(said) and row.content != said:
                yield _event("delta", {"text": row.content[len(said) :]})
                said, heard = row.content, time.monotonic()
            elif time.monotonic() - heard > HEARTBEAT_SECONDS:
                yield b": still here\n\n"
                heard = time.monotonic()
            if not row.is_answering:
                yield _event("end", answer(row))
                return
    finally:
        # The request is over by now: nobody else closes what this thread has opened.
        _let_go()


def _looks(message: Message, seconds: float, free: threading.BoundedSemaphore) -> Iterator[Message]:
    """The row, again and again; once where too many wait. Ends where it was deleted."""
    rows = Message.objects.select_related("author").filter(pk=message.pk)
    has_place = free.acquire(blocking=False)
    until = time.monotonic() + (seconds if has_place else 0.0)
    try:
        while (row := rows.first()) is not None:
            _let_go()
            yield row
            if not row.is_answering or time.monotonic() >= until:
                return
            with places().given_back():
                time.sleep(LOOK_SECONDS)
    finally:
        if has_place:
            free.release()


def _let_go() -> None:
    """Of a pool's connections none is kept while we wait; and another thread may go on."""
    if not connection.in_atomic_block:
        close_old_connections()


def _event(name: str, data: Any) -> bytes:
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    return f"event: {name}\ndata: {text}\n\n".encode()
