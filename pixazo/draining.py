"""The end of a web process in good order.

Told to end (SIGTERM), it says that it is not ready, lets the open pages' streams go to another
process, and takes connections for `DRAIN_SECONDS` more, each of which ends with its answer, so
that whoever hands out requests can stop handing them to it. Then its server takes no more, and
ends when what was begun is answered.
"""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Mapping
from types import FrameType
from typing import Any

from django.conf import settings

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = dict[str, Any]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

READINESS = "/readyz"
LINGER_SECONDS = 0.5  # for those who are connected, to say what they want
NOT_READY = b'{"status": "draining"}'


class Drain:
    """Whether this process has been told to end; there is one, `drain`."""

    def __init__(self) -> None:
        self.is_begun = False
        self._listeners: list[Callable[[], None]] = []

    def when_begun(self, call: Callable[[], None]) -> None:
        """Have something called then, in the event loop."""
        self._listeners.append(call)

    def watch(self) -> None:
        """Hear of signals before the server does; only a main thread hears any."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            theirs = signal.getsignal(number)
            if callable(theirs):
                self._hear(number, theirs, loop)

    def _hear(
        self,
        number: signal.Signals,
        theirs: Callable[[int, FrameType | None], Any],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        def told(_number: int, _frame: FrameType | None) -> None:
            if not self.is_begun:
                self.is_begun = True
                loop.call_soon_threadsafe(begin)
            elif number == signal.SIGINT:
                theirs(number, None)  # a person who does not want to wait
            # What asks again, as a supervisor may, is heard already.

        def begin() -> None:
            for call in self._listeners:
                call()
            loop.call_later(settings.DRAIN_SECONDS, _accept_no_more, theirs)
            loop.call_later(settings.DRAIN_SECONDS + LINGER_SECONDS, theirs, number, None)

        signal.signal(number, told)


def _accept_no_more(theirs: Any) -> None:
    """Before uvicorn itself ends: that cuts who is connected and has asked for nothing yet, also
    whoever came just now."""
    for server in getattr(getattr(theirs, "__self__", None), "servers", ()):
        server.close()


drain = Drain()


class Draining:
    """Before all of the site: who asks whether it is ready hears it whatever else is stuck."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not drain.is_begun:
            await self.application(scope, receive, send)
        elif scope["path"] == READINESS:
            await _say_no(send)
        else:
            await self.application(scope, receive, for_the_last_time(send))


def for_the_last_time(send: Send) -> Send:
    """Nothing follows on this connection, which will be closed."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return sent


async def _say_no(send: Send) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(NOT_READY)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", b"5"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": NOT_READY})
