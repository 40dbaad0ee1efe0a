"""Over which version of a row a client writes: `version` in what it sends, or `If-Match`."""

from typing import Any

from django.utils.translation import gettext as _

from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.etags import tags_of


def version_sent(request: DoorRequest, sent: dict[str, Any], now: int) -> int | None:
    """Taken out of what was sent; None where the client minds no other's changes. A row that was
    changed since is refused (409, `changed`). `now`: which version it has."""
    given = sent.pop("version", None)
    if given is None:
        header = request.headers.get("If-Match", "").strip()
        if header in ("", "*"):
            return None
        # Of a tag only the version counts: what else was shown may have changed meanwhile.
        known = [tag.strip('"').partition("-")[0] for tag in tags_of(header)]
        given = str(now) if str(now) in known else known[0]
    text = "" if isinstance(given, bool) else str(given)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        sentence = _("“version” is the number that the answer before had.")
        raise UserError(sentence, code="invalid", fields={"version": [sentence]})
    return int(text)
