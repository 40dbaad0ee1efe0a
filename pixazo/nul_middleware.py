"""Refuses a NUL character in addresses and forms, in one place for all doors.

No name, prompt or search holds one; PostgreSQL can't even be asked about it, and SQLite answers
differently.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from pixazo.error_pages import answer, not_found
from pixazo.errors import UserError

NUL = "\x00"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NulMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if NUL in request.path:
            return not_found(request)
        if _has_nul(request.GET) or (request.content_type in FORMS and _has_nul(request.POST)):
            return answer(request, UserError(_("No text may hold the character NUL."), code="nul"))
        return None


def _has_nul(values: QueryDict) -> bool:
    return any(NUL in text for name, texts in values.lists() for text in (name, *texts))
