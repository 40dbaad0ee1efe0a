"""Takes what browsers report of the policy for content: that a page of ours tried what it may not.

Anybody can send one. So it is counted and written down by names that we know, and nothing that
stood in it is repeated. It is answered before anything looks at tokens (`middleware.py`).
"""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from pixazo.pacing import MINUTE, Counting
from pixazo.visitors import visitor
from pixazo.watching.counters import note_csp_report

log = logging.getLogger("pixazo.csp")

MOST_BYTES = 16 * 1024
MOST_A_MINUTE = 20  # from one place, and
ALL_A_MINUTE = 200  # from all, that this process reads
MOST_AT_ONCE = 10  # in one request: browsers gather them
TYPES = {"application/csp-report", "application/reports+json", "application/json"}
DIRECTIVES = frozenset(
    "base-uri child-src connect-src default-src font-src form-action frame-ancestors frame-src"
    " img-src manifest-src media-src object-src script-src script-src-attr script-src-elem"
    " style-src style-src-attr style-src-elem worker-src".split()
)
# What a browser says in place of an address.
BLOCKED = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self", "trusted-types-sink"})
EXTENSIONS = ("-extension", "extension")  # of a browser: nothing of ours

_taken = Counting()


@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    kind = (request.content_type or "").lower()
    if kind not in TYPES:
        return HttpResponse(status=415)
    if _announced(request) > MOST_BYTES or len(body := request.body) > MOST_BYTES:
        return HttpResponse(status=413)
    if not _has_room(visitor(request)):
        return HttpResponse(status=429, headers={"Retry-After": str(MINUTE)})
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for report in _reports(told)[:MOST_AT_ONCE]:
        _note(report)
    return HttpResponse(status=204)


def _announced(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    # As Django has it of a form: "²" is a digit, but no number.
    return int(said) if said.isdecimal() else 0


def _has_room(place: str) -> bool:
    from time import time

    minute = int(time() // MINUTE)
    if _taken.count(place, minute) > MOST_A_MINUTE:
        return False
    return _taken.count("all of them", minute) <= ALL_A_MINUTE


def _reports(told: Any) -> list[dict[str, Any]]:
    """Of either form: one as `report-uri` has it, or several as the Reporting API sends them."""
    if isinstance(told, dict):
        told = [told.get("csp-report")]
    elif isinstance(told, list):
        told = [each.get("body") for each in told if isinstance(each, dict)]
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def _note(report: dict[str, Any]) -> None:
    said = _first(report, "effective-directive", "effectiveDirective", "violated-directive")
    directive = said.split(" ")[0]
    directive = directive if directive in DIRECTIVES else "other"
    blocked = _blocked(_first(report, "blocked-uri", "blockedURL"))
    note_csp_report(directive, blocked)
    extra = {
        "event": "csp.report",
        "directive": directive,
        "blocked": blocked,
        "route": _route(_first(report, "document-uri", "documentURL")),
    }
    log.warning("A page tried what it may not: %s, %s", directive, blocked, extra=extra)


def _first(report: dict[str, Any], *names: str) -> str:
    return next((each for name in names if isinstance(each := report.get(name), str)), "")


def _blocked(said: str) -> str:
    """What kind of thing it was; never its address."""
    if said in BLOCKED:
        return said
    scheme, host = _parts(said)
    if scheme.endswith(EXTENSIONS):
        return "extension"
    if scheme in BLOCKED:
        return scheme
    if host == urlsplit(settings.SITE_URL).netloc:
        return "self"
    return "elsewhere" if scheme in {"http", "https"} else "other"


def _route(document: str) -> str:
    """The address as it is declared, of a page of ours."""
    try:
        return str(resolve(urlsplit(document).path).route)
    except (Resolver404, ValueError):
        return ""


def _parts(said: str) -> tuple[str, str]:
    try:
        parts = urlsplit(said)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
