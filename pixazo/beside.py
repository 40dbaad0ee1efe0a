"""ASGI applications that stand beside Django at addresses of their own. Rooms are named as strings.

Each is imported at its first request, in a thread: what it brings along takes a second, and a desk
should not start a second later for what most never ask for. Django answers no lifespan; we do, so
that an application can end what it keeps running.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from django.utils.module_loading import import_string

from pixazo.draining import drain

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class Neighbour(Protocol):
    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None: ...

    async def close(self) -> None: ...


class Beside:
    """`neighbours`: the dotted name of each by its path, without a slash at the end."""

    def __init__(self, django: Application, neighbours: Mapping[str, str]) -> None:
        self.django, self.neighbours = django, neighbours
        self.loaded: dict[str, Neighbour] = {}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        name = self.neighbours.get(scope["path"].rstrip("/")) if scope["type"] == "http" else None
        if name is None:
            await self.django(scope, receive, send)
            return
        if name not in self.loaded:
            self.loaded[name] = await asyncio.to_thread(import_string, name)
        await self.loaded[name](scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                drain.watch()
            if message["type"] == "lifespan.shutdown":
                for neighbour in self.loaded.values():
                    await neighbour.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
