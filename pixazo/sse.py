"""Event streams (server-sent events): what pages hear of `pixazo/hub.py`, and the same by polling.

The stream's view checks a signature and touches no database: a view that did would hold a thread
and a connection for as long as the page is open. An event says what changed; the page re-fetches.
A page that reconnects reads the state first, so nothing needs to be replayed.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator

from django.db import connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pixazo.draining import drain
from pixazo.events import (
    ENDED,
    STREAM_SECONDS,
    Permission,
    ends_of,
    events_after,
    is_ended,
    kept_events,
    permission_of,
)
from pixazo.hub import LOOK_BACK, hub
from pixazo.listening import OVER, WAITING_EVENTS
from pixazo.watching.counters import note_streams

# When their pages come back, to another process: not all of them at once.
BACK_MILLISECONDS = (300, 3000)


def stream(request: HttpRequest) -> HttpResponseBase:
    """`GET /events/?token=`: a `text/event-stream` of what changed.

    It ends after a while, and the browser opens another: permission is looked at anew.
    """
    permission = permission_of(request.GET.get("token", ""))
    # The reader looks, which has a connection of its own.
    if permission is None or hub.reader.submit(_look, permission).result():
        return HttpResponse("This page is too old. Reload it.", status=403)
    response = StreamingHttpResponse(_lines(permission), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def since(request: HttpRequest, last: int) -> HttpResponse:
    """`GET /events/since/<last>/?token=`: the same by polling. `last` 0 asks where to begin.

    `reset` has the page read everything anew: it begins, or has missed too much. Each answer
    repeats what came shortly before `last`, since PostgreSQL may commit a row after one with a
    higher id; the page leaves out the ids that the answer before had.
    """
    permission = permission_of(request.GET.get("token", ""))
    if permission is None or is_ended(permission):
        error = {"code": "token", "message": _("This page is too old. Reload it.")}
        return JsonResponse({"error": error}, status=403)
    channels = permission.channels
    oldest, newest = kept_events()  # before the events are read: what comes meanwhile is told twice
    many = LOOK_BACK + WAITING_EVENTS
    events = events_after(last - LOOK_BACK, channels, many)
    reset = len(events) == many or not oldest <= last <= newest
    if reset:
        events = events_after(newest - LOOK_BACK, channels, many)
    return JsonResponse(
        {
            "last": newest,
            "reset": reset,
            "events": [
                {"id": event.pk, "kind": event.kind, "subject": event.subject} for event in events
            ],
        }
    )


def _look(permission: Permission) -> bool:
    connection.close_if_unusable_or_obsolete()
    return is_ended(permission)


async def _lines(permission: Permission) -> AsyncIterator[bytes]:
    channels = [*permission.channels, *map(ends_of, permission.channels)]
    seconds = min(STREAM_SECONDS, (permission.until - now()).total_seconds())
    listener = hub.subscribe(channels, seconds)
    note_streams(1)
    loop = asyncio.get_running_loop()
    try:
        # What ended while the page was on its way to here is told to nobody.
        if await loop.run_in_executor(hub.reader, _look, permission):
            return
        yield b"retry: 2000\n\n"
        while not drain.is_begun:
            told = await listener.get()
            if told is OVER or time.monotonic() >= listener.end:
                break
            if told.kind == ENDED and told.subject in permission.channels:
                break
            if told.kind != ENDED:
                yield told.line
        soon = random.randint(*BACK_MILLISECONDS) if drain.is_begun else 200  # noqa: S311
        yield f"retry: {soon}\n\n".encode()
    finally:
        note_streams(-1)
        hub.unsubscribe(channels, listener)
