"""Over which version of a row a client writes: `version` in what it sends, or `If-Match`."""

from typing import Any

from django.utils.translation import gettext as _

from pixazo.api import DoorRequest
from pixazo.errors import UserError


def version_sent(request: DoorRequest, sent: dict[str, Any]) -> int | None:
    """Taken out of what was sent; None where the client minds no other's changes. A row that was
    changed since is refused (409, `changed`)."""
    given = sent.pop("version", None)
    if given is None:
        given = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
        if given in ("", "*"):
            return None
    text = "" if isinstance(given, bool) else str(given)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        sentence = _("“version” is the number that the answer before had.")
        raise UserError(sentence, code="invalid", fields={"version": [sentence]})
    return int(text)
