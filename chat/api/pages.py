"""Long lists of chats and messages by the page: `?limit=`, and `?cursor=` from `next`. A page
begins after the last row of the one before, so that what comes meanwhile shifts nothing."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from pixazo.api import DoorRequest
from pixazo.errors import UserError

USUAL, MOST = 50, 200


def page(request: DoorRequest, rows: QuerySet[Any], by: str = "") -> tuple[list[Any], str | None]:
    """Newest first, by a moment if one is named and then by the id. The rows, and the address of
    the page after them, None at the end."""
    limit = _limit(request)
    if given := request.query_params.get("cursor", ""):
        rows = rows.filter(_after(given, by))
    order = (f"-{by}", "-id") if by else ("-id",)
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    moment = getattr(last, by).isoformat() if by else ""
    query = request.query_params.dict() | {"cursor": f"{moment}/{last.pk}"}
    return found[:limit], f"{request.build_absolute_uri(request.path)}?{urlencode(query)}"


def _after(given: str, by: str) -> Q:
    text, _slash, pk = given[:100].rpartition("/")
    try:
        last = UUID(pk)
        moment = parse_datetime(text) if by else None
    except ValueError:
        raise _wrong_cursor() from None
    if not by and not text:
        return Q(pk__lt=last)
    if not by or not isinstance(moment, datetime) or moment.tzinfo is None:
        raise _wrong_cursor()
    return Q(**{f"{by}__lt": moment}) | Q(**{by: moment}, pk__lt=last)


def _limit(request: DoorRequest) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST):
        raise _wrong("limit", _("`limit` is a number from 1 to %(most)s.") % {"most": MOST})
    return int(text)


def _wrong_cursor() -> UserError:
    return _wrong("cursor", _("`cursor` is what the address in `next` says."))


def _wrong(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
