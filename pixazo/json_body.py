"""Reads the JSON object that a request carries; whatever else it carries is refused in words."""

import json
import math
import re
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.parsers import BaseParser

from pixazo.errors import UserError

HALF = re.compile("[\ud800-\udfff]")
ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # all others are no UTF-8
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps neither in a text


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = gettext_lazy("The request is too large.")


class JsonBody(BaseParser):
    """Stricter than DRF's: it reads no more than the limit, however long the body says it is.

    Also refused, with 400: names that appear twice, NaN and Infinity, nesting without end, and
    halves of characters, which no text of ours can hold.
    """

    media_type = "application/json"
    most_bytes: int | None = None  # None: what the site takes of any form

    def parse(self, stream: IO[bytes], *args: Any, **kwargs: Any) -> dict[str, Any]:
        limit = self.most_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        try:
            data = json.loads(
                body.decode("utf-8"),
                object_pairs_hook=_once,
                parse_constant=_no_number,
                parse_float=_number,
            )
        except RecursionError:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from None
        except ValueError as error:
            raise exceptions.ParseError(
                _("The body isn't valid JSON: %(error)s.") % {"error": error}
            ) from None
        if ESCAPED_HALF.search(body):
            check_texts(data, HALF)
        if not isinstance(data, dict):
            raise exceptions.ParseError(_('Send a JSON object, such as {"prompt": "a red house"}.'))
        return data


def check_texts(data: Any, wrong: re.Pattern[str] = UNSTORABLE) -> None:
    """Refuses NUL and halves of characters, for doors that keep texts as they come."""
    rest = [data]
    while rest:
        each = rest.pop()
        if isinstance(each, dict):
            rest += [*each, *each.values()]
        elif isinstance(each, list):
            rest += each
        elif isinstance(each, str) and wrong.search(each):
            raise UserError(_("No text may hold NUL or half a character."), code="invalid")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return data


def _number(text: str) -> float:
    """Python reads 1e400 as infinity."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number")


class PictureJsonBody(JsonBody):
    """For doors that take pictures as data: URLs. Larger ones are sent as files."""

    most_bytes = 16 * 1024 * 1024
