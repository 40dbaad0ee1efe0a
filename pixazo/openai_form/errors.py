"""The one translation of our refusals into OpenAI's: `{"error": {message, type, param, code}}`.

Its client raises by the status, and asks again by itself on 408, 409, 429 and 5xx unless a header
says otherwise; what can't be any better the next time says so.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse

from pixazo.errors import UserError

BELOW = "/v1/"
OTHERS = "/v1/generate/"  # a source's own address, in its own form (docs/aliases.md)
WAIT_SECONDS = 10  # where too much of somebody's waits already, and nobody knows for how long

# Our codes, and the type and code that clients know.
WORDS = {
    "out_of_units": ("insufficient_quota", "insufficient_quota"),
    "key_cap": ("insufficient_quota", "insufficient_quota"),
    "chat_limit_day": ("insufficient_quota", "insufficient_quota"),
    "chat_limit": ("rate_limit_error", "rate_limit_exceeded"),
    "too_many_waiting": ("rate_limit_error", "rate_limit_exceeded"),
    "rate_limited": ("rate_limit_error", "rate_limit_exceeded"),
    "held_back": ("image_generation_user_error", "moderation_blocked"),
    "unauthenticated": ("invalid_request_error", "invalid_api_key"),
    "scope": ("invalid_request_error", "missing_scope"),
    "invalid": ("invalid_request_error", "invalid_value"),
}
# Their clients know one status for it only.
STATUSES = {"held_back": 400}


class Final(UserError):
    """Asked again, the same would be answered."""


def is_spoken(request: HttpRequest) -> bool:
    """Whether whoever asks expects errors in this form."""
    return request.path.startswith(BELOW) and not request.path.startswith(OTHERS)


def refusal(error: UserError) -> JsonResponse:
    """What a `UserError` is to an OpenAI client."""
    response = JsonResponse(body(error), status=STATUSES.get(error.code, error.status))
    for name, value in headers(error).items():
        response.headers[name] = value
    return response


def body(error: UserError) -> dict[str, Any]:
    fallback = (
        "server_error" if error.status >= 500 and error.status != 501 else "invalid_request_error"
    )
    if error.status == 429:
        fallback = "rate_limit_error"
    kind, code = WORDS.get(error.code, (fallback, error.code))
    param = next(iter(error.fields), None)
    return {"error": {"message": error.sentence, "type": kind, "param": param, "code": code}}


def headers(error: UserError) -> dict[str, str]:
    found = {}
    is_a_rate = WORDS.get(error.code, ("",))[0] == "rate_limit_error"
    seconds = error.retry_after or (WAIT_SECONDS if is_a_rate else None)
    if seconds:
        found["Retry-After"] = str(seconds)
    is_a_quota = WORDS.get(error.code, ("",))[0] == "insufficient_quota"
    in_vain = isinstance(error, Final) or is_a_quota or error.status == 409
    if in_vain or (error.status == 429 and not seconds):
        found["x-should-retry"] = "false"
    return found
