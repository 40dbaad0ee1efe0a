"""Which language a page is in: what its reader chose, else what their browser asks for."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.context_processors import preferences_of
from accounts.models import Preference
from accounts.unasked import WITHOUT_DATABASE
from pixazo.error_pages import unavailable

log = logging.getLogger(__name__)

# Whoever asks here is not looked up: streams touch no database, programs sign in by themselves, and
# pictures are in no language; the site's state is told without its database. What a page's scripts
# ask for there, the cookie of the page decides.
UNASKED = (*WITHOUT_DATABASE, "/api/", "/v1/", "/generated/")


class LanguageMiddleware:
    """In place of Django's own, which knows no person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Cookie before browser.
        asked = translation.get_language_from_request(request)
        try:
            chosen = chosen_by(request)
        except (OperationalError, InterfaceError) as error:
            log.warning("%s: the database does not answer: %s", request.path, error)
            return unavailable(request)
        with translation.override(chosen or asked):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen or asked)
        patch_vary_headers(response, ["Accept-Language"])
        if chosen and not knows(request, response, chosen):
            keep(response, chosen)
        return response


@contextmanager
def speaking_to(person: Any) -> Iterator[None]:
    """What is put into words within is in their language; of nobody, in the site's."""
    chosen = Preference.objects.of(person)["language"] if person else ""
    with translation.override(chosen or settings.LANGUAGE_CODE):
        yield


def chosen_by(request: HttpRequest) -> str | None:
    """What the person has chosen, on whichever device, if it is spoken here."""
    if request.path.startswith(UNASKED):
        return None
    language = preferences_of(request).get("language")
    return language if language in dict(settings.LANGUAGES) else None


def knows(request: HttpRequest, response: HttpResponse, language: str) -> bool:
    """True if this browser remembers it, has just been told another, or asks for no page."""
    name = settings.LANGUAGE_COOKIE_NAME
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return request.COOKIES.get(name) == language or name in response.cookies or not is_page


def keep(response: HttpResponse, language: str) -> None:
    """Remember it in this browser: for visitors, and for what asks nobody's preferences."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
