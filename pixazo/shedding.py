"""Of more than a process can answer soon it refuses the rest, and says when to come back.

All that waits would wait for longer and longer, and whoever has given up is answered as well. Each
refusal must cost little: whoever hears it may ask again at once.
"""

import logging
import time
from functools import cache
from io import BytesIO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from pixazo.browser_headers import with_all
from pixazo.error_pages import unavailable, wants_json
from pixazo.errors import RETRY_SECONDS
from pixazo.openai_form.errors import is_spoken
from pixazo.watching.counters import note_refusal
from pixazo.watching.middleware import ADDRESSES

# Requests of one process, those at work included: the last of them waits for a second or two.
MOST = 100
# Pages that come back to their streams cost little, and a browser asks once only; and whoever looks
# after the process should not take a busy one for a dead one.
NEVER_REFUSED = ("/events/", *ADDRESSES)
# Whoever is refused hears it after that: programs that ask again at once would take the processor
# from those who wait (measured: an eighth of the answers).
PAUSE_SECONDS = 1.0
SAID_SECONDS = 10.0  # one line in the log in so long

log = logging.getLogger(__name__)
_said = -SAID_SECONDS


def is_too_much(waiting: int, path: str) -> bool:
    return waiting >= MOST and not path.startswith(NEVER_REFUSED)


def refusal(request: HttpRequest) -> HttpResponse:
    global _said
    if time.monotonic() - _said >= SAID_SECONDS:
        _said = time.monotonic()
        log.warning(
            "More is asked than can be answered; what comes on top of %s requests is refused.", MOST
        )
    language = translation.get_language_from_request(request)
    with translation.override(language):
        if is_spoken(request) or wants_json(request):
            return with_all(request, unavailable(request))
        note_refusal("unavailable")
        response = HttpResponse(_page(language), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return with_all(request, response)


@cache
def _page(language: str) -> bytes:
    """Drawn once, in a language that is in force: of no address, so that it is anybody's."""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    with translation.override(language):
        return bytes(unavailable(ASGIRequest(scope, BytesIO())).content)
