"""Refuses a request's body that is larger than any door takes, before anything of it is kept.

Django writes a body to the disk before a view sees it, however large it is.
"""

from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest

from pixazo.browser_headers import with_all
from pixazo.error_pages import too_large

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

MOST_BYTES = 72 * 1024 * 1024  # a little above what all files of a form may have together


class TooLarge(Exception):
    """It went on and on, though it had not said how long it is."""


class BodyLimit:
    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        if _announced(scope) > MOST_BYTES:
            await _refuse(scope, send)
            return
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > MOST_BYTES:
                raise TooLarge
            return message

        try:
            await self.application(scope, counted, send)
        except TooLarge:
            await _refuse(scope, send)


def _announced(scope: Mapping[str, Any]) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _refuse(scope: dict[str, Any], send: Send) -> None:
    request = ASGIRequest(scope, BytesIO())
    answer = with_all(request, too_large(request))
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.items()
    ]
    headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
