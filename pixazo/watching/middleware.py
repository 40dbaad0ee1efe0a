"""Answers whoever watches the site before anything else is asked: a redirect to HTTPS, a host name
that is not the site's, or a database that is away must not keep a check from its answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

# The last is browsers', whose pages may have ten reports at once: they cost no database.
ADDRESSES = frozenset({"/healthz", "/readyz", "/metrics", "/csp-reports/"})


class WatchMiddleware:
    """The first of all; the addresses stand in the rooms' urls as any others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in ADDRESSES:
            return self.get_response(request)
        view, args, words = resolve(request.path_info)
        answer: HttpResponse = view(request, *args, **words)
        answer.headers["Cache-Control"] = "no-store"
        # A process that isn't ready is asked again every few seconds: no error line for each.
        answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  Django's own
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer
