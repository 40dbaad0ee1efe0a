"""Turns a `UserError` that leaves a page's view into its answer (DRF has its own in `api.py`), and
a database that is away into one that says when to come back."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pixazo.error_pages import unavailable, wants_json
from pixazo.errors import UserError

log = logging.getLogger(__name__)


class UserErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            log.warning("%s: the database does not answer: %s", request.path, error)
            return unavailable(request)
        return answer(request, error) if isinstance(error, UserError) else None


def answer(request: HttpRequest, error: UserError) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(error.as_dict(), status=error.status)
    context = {"status": error.status, "sentence": error.sentence}
    return render(request, "error.html", context, status=error.status)
