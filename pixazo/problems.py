"""What a refusal is to a program: under `/api/v1/` problem details (RFC 9457), and inside them the
`error` that older addresses answer alone."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest

from pixazo.errors import UserError
from pixazo.watching.counters import note_refusal

JSON = "application/json"
PROBLEM = "application/problem+json"


def is_v1(request: Any) -> bool:
    """Whether the caller came to the addresses that have a version."""
    return str(request.path_info).startswith("/api/v1/")


def told(request: HttpRequest | Any, error: UserError) -> tuple[dict[str, Any], str]:
    """The body of the refusal, and its type."""
    note_refusal(error.code)
    body = error.as_dict()
    if not is_v1(request):
        return body, JSON
    problem: dict[str, Any] = {
        "type": "about:blank",  # no more than its status says; `code` tells them apart
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.sentence,
        "code": error.code,
    }
    return problem | body, PROBLEM
