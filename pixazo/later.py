"""Answers that are not there yet when a view returns: they are waited for without a thread.

A view hands a `Later` back. The handler waits for its answer and sends it like any other. Where
that takes long, it begins to send what changes nothing, so that no proxy takes the connection for
dead, and the answer's body follows; or it sends events as they come, if it is a stream.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Container
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Protocol, cast

from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language, override

from pixazo.at_once import places
from pixazo.hub import hub

log = logging.getLogger(__name__)

# Most answers are there by then, with the status that they deserve; proxies wait for a minute.
QUIET_SECONDS = 45.0
BEAT_SECONDS = 15.0
LOOK_SECONDS = 5.0  # at most so long between two looks, should an event be lost
HERE_SECONDS = 0.1  # and where nobody tells of events

Run = Callable[..., Awaitable[Any]]


class CutShort(Exception):
    """The answer turned out to be a refusal after its status had been sent. What it says is sent;
    then the connection is cut, so that no client takes it for what it asked for."""


@dataclass(frozen=True)
class Look:
    """What is new since the last look: events to send, and the answer. Of a stream, that there is
    one ends it."""

    events: list[bytes] = field(default_factory=list)
    answer: HttpResponse | None = None


Wait = Callable[[float], Awaitable[None]]


class Watch(Protocol):
    """What is waited for."""

    def look(self) -> Look: ...

    def heard(self) -> AbstractAsyncContextManager[Wait]:
        """Gives what waits for a reason to look, at most so many seconds."""

    def close(self) -> None:
        """Whoever asked has the answer, or is gone."""


class Announced:
    """A `Watch` of what the events tell: of `subjects` on `channel`."""

    channel: str
    subjects: Container[str]

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[Wait]:
        queue = hub.subscribe([self.channel])

        async def wait(seconds: float) -> None:
            until = monotonic() + seconds
            while (left := until - monotonic()) > 0:
                try:
                    # `wait_for` of Python 3.11 may forget that it is cancelled.
                    async with asyncio.timeout(left):
                        event = await queue.get()
                except TimeoutError:
                    return
                if event.kind == "hello" or event.subject in self.subjects:
                    return

        try:
            yield wait
        finally:
            hub.unsubscribe([self.channel], queue)

    def close(self) -> None:
        """It goes on, and is found in its workspace."""


class Later(StreamingHttpResponse):
    """`is_stream`: events, else JSON. A refusal that comes before the first event of a stream has
    its status, where the stream is `slow_to_begin`."""

    def __init__(self, watch: Watch, *, is_stream: bool, slow_to_begin: bool = False) -> None:
        kind = "text/event-stream" if is_stream else "application/json"
        super().__init__(self._sent(), content_type=kind)
        self.watch, self.is_stream, self.slow_to_begin = watch, is_stream, slow_to_begin
        self.seen: list[Look] = []  # by `settled`, and not sent yet
        self.language = get_language()
        self.run: Run = asyncio.to_thread
        self.headers["X-Accel-Buffering"] = "no"

    async def settled(self, run: Run) -> HttpResponseBase:
        """What is to be sent: the answer, or this, where it streams or takes long. `run` calls
        something in a thread that may ask the database."""
        self.run = run
        if self.is_stream and not self.slow_to_begin:
            return self
        until = monotonic() + QUIET_SECONDS
        async with aclosing(self._looks()) as looks:
            async for look in looks:
                if look.answer and not (self.is_stream and look.answer.status_code < 400):
                    return self._dressed(look.answer)
                if look.events or look.answer:
                    self.seen.append(look)
                if self.seen or monotonic() >= until:
                    break
        return self

    def close(self) -> None:
        self.watch.close()
        super().close()

    async def _sent(self) -> AsyncIterator[bytes]:
        beat = b": still here\n\n" if self.is_stream else b" "
        sent = 0.0
        async with aclosing(self._looks()) as looks:
            async for look in looks:
                for event in look.events:
                    yield event
                    sent = monotonic()
                if look.answer:
                    break
                if monotonic() - sent >= BEAT_SECONDS:
                    sent = monotonic()
                    yield beat
        if look.answer and not self.is_stream:
            yield look.answer.content
            if look.answer.status_code >= 400:
                raise CutShort

    async def _looks(self) -> AsyncGenerator[Look]:
        """One at once, then whenever something of it happened."""
        while self.seen:
            yield self.seen.pop()
        async with self.watch.heard() as wait:
            while True:
                yield await self.run(self._look)
                await wait(min(LOOK_SECONDS, QUIET_SECONDS, BEAT_SECONDS))

    def _look(self) -> Look:
        try:
            with override(self.language), places().taken():
                return self.watch.look()
        except DatabaseError as error:
            # It may be back at the next look; what is waited for goes on.
            log.warning("The database does not answer: %s", error)
            return Look()
        finally:
            close_old_connections()

    def _dressed(self, answer: HttpResponse) -> HttpResponse:
        """With the headers that the house gives everything."""
        for name, value in self.headers.items():
            if name not in ("Content-Type", "X-Accel-Buffering"):
                answer.headers.setdefault(name, value)
        return answer


def answer(
    request: HttpRequest, watch: Watch, *, is_stream: bool = False, slow_to_begin: bool = False
) -> HttpResponseBase:
    """What a view answers that waits for something."""
    if isinstance(request, ASGIRequest):
        return Later(watch, is_stream=is_stream, slow_to_begin=slow_to_begin)
    # A server with a thread for each request.
    events: list[bytes] = []
    with places().given_back():
        while True:
            look = watch.look()
            events += look.events
            if look.answer:
                break
            sleep(HERE_SECONDS)
    watch.close()
    if not is_stream or (look.answer.status_code >= 400 and not events):
        return look.answer
    return cast(HttpResponseBase, HttpResponse(b"".join(events), content_type="text/event-stream"))
