"""Turns a `UserError` that leaves a page's view into its answer (DRF has its own in `api.py`), and
a database that is away into one that says when to come back."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from pixazo.error_pages import answer, not_visited, unavailable
from pixazo.errors import UserError

log = logging.getLogger(__name__)


class UserErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's own has no words at all.
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
            page = not_visited(request)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            log.warning("%s: the database does not answer: %s", request.path, error)
            return unavailable(request)
        return answer(request, error) if isinstance(error, UserError) else None
