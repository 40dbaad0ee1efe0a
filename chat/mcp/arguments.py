"""Refuses what no tool takes in any place: halves of characters, NUL, numbers that are none.

REST's own reading of JSON (`pixazo/json_body.py`) does that there; the SDK's takes them.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from pixazo.errors import UserError


def check(arguments: Any) -> None:
    """Raises `UserError`. The SDK has refused what is nested too deeply."""
    for value in _values(arguments):
        if isinstance(value, float) and not isfinite(value):
            raise UserError(_("The request isn't valid."), code="invalid")
        if isinstance(value, str) and "\x00" in value:
            raise UserError(_("No text may hold the character NUL."), code="nul")
        if isinstance(value, str) and not _is_text(value):
            raise UserError(_("The request isn't valid."), code="invalid")


def _values(given: Any) -> Iterator[Any]:
    if isinstance(given, dict):
        for name, value in given.items():
            yield name
            yield from _values(value)
    elif isinstance(given, list):
        for value in given:
            yield from _values(value)
    else:
        yield given


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
