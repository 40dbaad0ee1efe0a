"""Long lists by the page, one scheme for all doors: `?limit=`, and `?cursor=` from `next`.

A page begins after the last row of the one before, so that what comes and goes meanwhile shifts
nothing. What a cursor says is nobody's business but ours.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from pixazo.errors import UserError

USUAL, MOST = 50, 200
CURSOR = "cursor"


def page(
    request: Any, rows: QuerySet[Any], by: Sequence[str], usual: int = USUAL, most: int = MOST
) -> tuple[list[Any], str | None]:
    """The rows of the page that is asked for, and the address of the next, None at the end.

    `by` is the order as `order_by` takes it; its fields are never null, and the last is unique.
    """
    limit = limit_of(request, usual, most)
    found = list(after(request, rows, by).order_by(*by)[: limit + 1])
    shown = found[:limit]
    return shown, following(request, cursor(shown[-1], by)) if len(found) > limit else None


def after(request: Any, rows: QuerySet[Any], by: Sequence[str]) -> Any:
    """Those that come after the caller's `cursor`; all of them without one."""
    given = request.query_params.get(CURSOR, "")
    return rows.filter(_after(by, _values(rows, by, given))) if given else rows


def following(request: Any, given: str, name: str = CURSOR) -> str:
    """The address of the page after this one: the caller's own, with another cursor."""
    query = request.query_params.dict() | {name: given}
    return f"{request.build_absolute_uri(request.path)}?{urlencode(query)}"


def limit_of(request: Any, usual: int = USUAL, most: int = MOST) -> int:
    text = request.query_params.get("limit", str(usual))
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= most):
        raise wrong("limit", _("`limit` is a number from 1 to %(most)s.") % {"most": most})
    return int(text)


def wrong_cursor() -> UserError:
    return wrong(CURSOR, _("`cursor` is what the address in `next` says."))


def wrong(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})


def cursor(row: Any, by: Sequence[str]) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in by]
    text = json.dumps([each.isoformat() if hasattr(each, "isoformat") else each for each in values],
                      default=str, separators=(",", ":"))  # fmt: skip
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(rows: QuerySet[Any], by: Sequence[str], given: str) -> list[Any]:
    try:
        said = json.loads(urlsafe_b64decode(given[:1000] + "=" * (-len(given) % 4)))
        pairs = zip(by, said, strict=True)
        values = [_value(rows, name.removeprefix("-"), each) for name, each in pairs]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        raise wrong_cursor() from None
    return values


def _value(rows: QuerySet[Any], name: str, said: Any) -> Any:
    if isinstance(said, str):
        said.encode()  # halves of characters are no text that a database takes
        if "\0" in said:
            raise ValueError(name)
    elif isinstance(said, bool) or not isinstance(said, int) or abs(said) >= 2**63:
        raise ValueError(name)
    field: Any = rows.model._meta.get_field(name)  # noqa: SLF001  Django's own name
    value = field.to_python(said)
    if getattr(value, "tzinfo", value) is None:
        raise ValueError(name)  # a moment without its zone
    return value


def _after(by: Sequence[str], values: Sequence[Any]) -> Q:
    """Later in the order than a row with these values."""
    found, equal = Q(), Q()
    for name, value in zip(by, values, strict=True):
        field, way = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        found |= equal & Q(**{f"{field}__{way}": value})
        equal &= Q(**{field: value})
    return found
