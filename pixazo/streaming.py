"""Answers that are sent while they are read. Under ASGI Django would read a plain iterator to its
end before it sends any of it."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

# Of a process. More wait for one another, and not for the few threads of the event loop.
AT_ONCE = 32
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="stream")


def sent(request: HttpRequest, chunks: Iterator[bytes]) -> Iterator[bytes] | AsyncIterator[bytes]:
    """What a `StreamingHttpResponse` to this request is made of."""
    return _slowly(chunks) if isinstance(request, ASGIRequest) else chunks


async def _slowly(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(chunks, None), thread_sensitive=False, executor=_threads)
    while (chunk := await following()) is not None:
        yield chunk
