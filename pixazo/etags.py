"""Which state of a thing a client has read, as HTTP says it: `ETag`, and `If-Match` in return."""

import json
from hashlib import sha256
from typing import Any

from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from pixazo.errors import UserError

QUOTE = '"'


class NotThatState(UserError):
    """Somebody has changed it since it was read."""

    code = "changed"
    status = 412


def told(request: Any, response: Any) -> Any:
    """The answer with the state that it says: the number of versions, where the thing counts them.
    Who has that state already is told so (304)."""
    data = getattr(response, "data", None)
    if isinstance(data, dict) and type(version := data.get("version")) is int:
        # With what else is shown, such as one's role: who has read that reads it again.
        response.headers.setdefault("ETag", f'"{version}-{etag(data).strip(QUOTE)}"')
    tag = response.headers.get("ETag")
    if not tag or request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    return get_conditional_response(request._request, etag=tag, response=response)  # noqa: SLF001


def refusal_of(request: Any) -> int:
    """What it is to write over another state: of a precondition in a header, HTTP's own word."""
    return 412 if request.headers.get("If-Match") else 409


def etag(*values: Any) -> str:
    """Of a thing that counts no versions: of what of it can be changed."""
    text = json.dumps(values, sort_keys=True, default=str)
    return f'"{sha256(text.encode()).hexdigest()[:16]}"'


def tags_of(given: str) -> list[str]:
    """Those that a header lists. A front server that compresses an answer has made its tag weak."""
    return [each.strip().removeprefix("W/") for each in given.split(",")]


def check_match(request: Any, tag: str) -> None:
    """Refuse what is written over another state than that which the client has read; without the
    header the last one counts."""
    given = request.headers.get("If-Match", "").strip()
    if given and given != "*" and tag not in tags_of(given):
        raise NotThatState(_("Somebody has changed this since you read it."))
