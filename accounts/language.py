"""Which language a page is in: what its reader chose, else what their browser asks for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

# Streams of events are in no language, and their view touches no database.
WITHOUT = "/events/"


class LanguageMiddleware:
    """In place of Django's own, which knows no person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        return response


def language_of(request: HttpRequest) -> str:
    """Cookie before browser, which is also what Django does where it knows no person."""
    return translation.get_language_from_request(request)
