"""What every answer says to a browser beside what Django's and csp's own middleware say: no other
site may show it, and what was answered to somebody signed in is kept nowhere."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware


class BrowserHeadersMiddleware:
    """The outermost: static files pass it too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.process_response(request, self.get_response(request))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_somebodys(request, response):
            response.headers.setdefault("Cache-Control", "private, no-store")
        if getattr(request, "has_signed_out", False):
            # Pictures and drafts of whoever sat here before; the look of the pages stays.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


ALL: tuple[Any, ...] = (
    XFrameOptionsMiddleware,
    CSPMiddleware,
    SecurityMiddleware,
    BrowserHeadersMiddleware,
)


def with_all(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For an answer that passes no middleware, as nothing of the request was read."""
    for each in ALL:
        response = each(_unasked).process_response(request, response)
    return response


def _unasked(request: HttpRequest) -> HttpResponse:
    raise AssertionError("Only what comes after the answer is wanted of it.")


def _is_somebodys(request: HttpRequest, response: HttpResponse) -> bool:
    """Without asking the database whose; a key's doors say it of themselves."""
    name = settings.SESSION_COOKIE_NAME
    return name in request.COOKIES or name in response.cookies


@receiver(user_logged_out)
def _note(sender: object, request: HttpRequest | None, **kwargs: object) -> None:
    if request is not None:
        request.has_signed_out = True  # type: ignore[attr-defined]
