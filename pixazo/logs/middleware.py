"""Gives each request a number and writes a line about it when it is answered.

The number comes from the proxy in front, where there is one and it is well-formed; it goes back in
`X-Request-ID`, stands on error pages, and is kept with what the request had drawn: a line in a
worker's log leads back to the click.
"""

import logging
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from pixazo.logs.context import coming_from, saying
from pixazo.visitors import visitor
from pixazo.watching.counters import note_request
from pixazo.watching.queries import counting_queries

log = logging.getLogger("pixazo.requests")

WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# Asked for so often that their lines would hide the others.
UNTOLD = ("/static/", "/healthz", "/readyz", "/metrics")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = request.request_id = id_of(request)  # type: ignore[attr-defined]
        begun = time.perf_counter()
        with saying(request=number), coming_from(partial(visitor, request)):
            if request.path_info.startswith(UNTOLD):
                response = self.get_response(request)
            else:
                with counting_queries() as queries:
                    response = self.get_response(request)
                _write(request, response, time.perf_counter() - begun, queries.sent)
            response.headers["X-Request-ID"] = number
        return response


def id_of(request: HttpRequest) -> str:
    """What a client sends by itself is no number of ours: it could be another request's."""
    return number_of(request.headers.get("X-Request-ID", ""))


def number_of(sent: str) -> str:
    known = settings.TRUSTED_PROXIES and WELL_FORMED.fullmatch(sent)
    return sent if known else uuid4().hex


def _write(request: HttpRequest, response: HttpResponse, seconds: float, queries: int) -> None:
    status, method = response.status_code, str(request.method)
    match = request.resolver_match
    note_request(match.route if match else "", method, status, seconds, queries)
    level = logging.ERROR if status >= 500 and status != 503 else logging.INFO
    told: dict[str, Any] = {
        "event": "request",
        "method": method,
        "path": request.path,
        "route": match.route if match else "",
        "status": status,
        "duration": round(seconds, 4),
        "queries": queries,
        "outcome": _outcome(status),
    }
    if who := user_id(request):
        told["user"] = who
    log.log(level, "%s %s %s", method, request.path, status, extra=told)


def _outcome(status: int) -> str:
    if status in (401, 403, 404, 429):
        return "refused"
    return "failed" if status >= 500 else "wrong" if status >= 400 else "done"


def user_id(request: HttpRequest) -> str:
    """Who it was, if that was asked at all: to ask now would ask the database."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    return str(getattr(user, "pk", None) or "")
