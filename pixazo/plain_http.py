"""Over plain HTTP pages lead on to HTTPS; programs are refused (ASVS 4.1.2).

A program that is led on works, so that nobody notices that its key and words go over the net
openly each time before they go again closed.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pixazo.error_pages import answer
from pixazo.errors import UserError

# deploy/nginx has them once more.
PROGRAMS = re.compile(
    r"/(api|v1|dragon-wings|cyberimage)/(?!(v1/)?docs/)|/mcp\b|/(telegram|billing)/webhook/"
    r"|/events/|/csp-reports/|/workspaces/[^/]+/generate$"
)
KEYS = ("Authorization", "X-Api-Key")


class HttpsOnly(UserError):
    code = "https_only"
    status = 403


class PlainHttpMiddleware:
    """Before Django's own, which leads everybody on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and _is_a_program(request):
            return answer(request, HttpsOnly(sentence()))
        return self.get_response(request)


def sentence() -> str:
    return _(
        "Use https:// here. What was sent now could be read on its way:"
        " if there was a key in it, replace that key."
    )


def _is_a_program(request: HttpRequest) -> bool:
    has_key = any(name in request.headers for name in KEYS)
    return has_key or PROGRAMS.match(request.path_info) is not None
