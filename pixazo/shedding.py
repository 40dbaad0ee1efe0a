"""Of more than a process can answer soon it refuses the rest, and says when to come back.

All that waits would wait for longer and longer, and whoever has given up is answered as well. A
refusal passes no middleware and is written once for all who hear the same.
"""

import logging
import time
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.utils import translation

from pixazo.browser_headers import with_all
from pixazo.error_pages import unavailable, wants_json
from pixazo.openai_form.errors import is_spoken
from pixazo.problems import is_v1
from pixazo.watching.counters import note_refusal
from pixazo.watching.middleware import ADDRESSES

# Requests of one process that are at work or wait for a thread. Streams, answers that are waited
# for without a thread (`pixazo/later.py`) and bodies that are still being sent are not among them.
MOST = 100
# Pages that come back to their streams cost little, and a browser asks once only; whoever looks
# after the process should not take a busy one for a dead one; and of payments and of messages from
# Telegram the site hears from few, who would say the same again later.
NEVER_REFUSED = ("/events/", "/billing/webhook/", "/telegram/webhook/", *ADDRESSES)
# There is room for these still where there is none for others: staff get to see what is going on,
# and whoever asks how the site is hears it from the site.
RATHER_NOT_REFUSED = ("/admin/", "/api/health", "/api/v1/health")
MOST_OF_THESE = 150
# Whoever is refused hears it after that: programs that ask again at once would take the processor
# from those who wait (docs/load.md has what was measured).
PAUSE_SECONDS = 1.0
SAID_SECONDS = 10.0  # one line in the log in so long

log = logging.getLogger(__name__)
_said = -SAID_SECONDS


class Refusal(NamedTuple):
    """As it is sent, with status 503."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


def is_too_much(waiting: int, path: str) -> bool:
    if waiting < MOST or path.startswith(NEVER_REFUSED):
        return False
    return waiting >= MOST_OF_THESE or not path.startswith(RATHER_NOT_REFUSED)


def refusal(scope: Mapping[str, Any]) -> Refusal:
    """In the form and the language of whoever asked; all who hear the same hear one writing."""
    global _said
    if time.monotonic() - _said >= SAID_SECONDS:
        _said = time.monotonic()
        log.warning(
            "More is asked than can be answered; what comes on top of %s requests is refused.", MOST
        )
    note_refusal("unavailable")
    request = ASGIRequest(dict(scope), BytesIO())
    language = translation.get_language_from_request(request)
    return _written(_address(request), language, request.is_secure())


def _address(request: HttpRequest) -> str:
    """One that stands for all whose refusals look alike."""
    if is_spoken(request):
        return "/v1/"
    if wants_json(request):
        return "/api/v1/" if is_v1(request) else "/api/"
    return "/"


@cache
def _written(address: str, language: str, is_secure: bool) -> Refusal:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": address,
        "scheme": "https" if is_secure else "http",
        "headers": [],
        "query_string": b"",
    }
    request = ASGIRequest(scope, BytesIO())
    # However it was found out.
    request.is_secure = lambda: is_secure  # type: ignore[method-assign]
    with translation.override(language):
        response = with_all(request, unavailable(request))
    response.headers["Content-Length"] = str(len(response.content))
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    return Refusal(headers, response.content)
