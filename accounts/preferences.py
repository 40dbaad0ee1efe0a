"""The one list of what a person may set for themselves, with each key's default and its rule.

A new preference is a line here; `static/js/preferences.js` then has it on every page.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from accounts.telling.kinds import LONG_MINUTES, defaults
from pixazo.errors import UserError
from pixazo.theme import THEMES

MOST_BYTES = 8 * 1024  # of one value, as JSON
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps neither NUL nor half a character
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    default: Any
    is_fine: Callable[[Any], bool]
    wanted: str  # in words: "`theme` is …"


def switch(default: bool) -> Known:
    return Known(default, lambda value: isinstance(value, bool), "true or false")


def number(default: int, least: int, most: int) -> Known:
    def is_fine(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return Known(default, is_fine, f"a whole number from {least} to {most}")


def one_of(default: str, *others: str) -> Known:
    names = (default, *others)
    return Known(default, lambda value: value in names, "one of " + ", ".join(names))


def text(most: int) -> Known:
    """Empty by default: nothing chosen."""
    return Known("", lambda value: _is_text(value, most), f"a text of up to {most} characters")


def texts(number: int, most: int) -> Known:
    def is_fine(value: Any) -> bool:
        return (
            isinstance(value, list)
            and len(value) <= number
            and all(_is_text(each, most) for each in value)
        )

    return Known([], is_fine, f"a list of up to {number} texts")


def text_for_text(number: int, most: int) -> Known:
    def is_fine(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and len(value) <= number
            and all(_is_text(each, most) for pair in value.items() for each in pair)
        )

    return Known({}, is_fine, f"an object of up to {number} texts")


KNOWN: dict[str, Known] = {
    "theme": one_of(*THEMES),
    "letter_keys": switch(True),
    "key_map": text_for_text(200, 40),  # action: key
    "unhurried": switch(False),  # what leaves by itself stays for a minute
    "hints": switch(True),
    "hints_closed": texts(100, 60),
    "long_minutes": number(LONG_MINUTES, 1, 24 * 60),
    "page_views": switch(True),
    "language": Known(
        None,
        lambda value: isinstance(value, str) and bool(LANGUAGE.fullmatch(value)),
        "a language's code such as de or pt-br",
    ),
    "zone": Known(
        "",
        lambda value: isinstance(value, str) and (value == "" or value in available_timezones()),
        "a time zone such as Europe/Berlin, or empty for the browser's",
    ),
    "studio_model": text(100),
    "model_picker_closed_groups": texts(100, 100),
    # What they are told of, by which channel: `mail:mention`.
    **{key: switch(is_on) for key, is_on in defaults().items()},
}


def check(key: str, value: Any) -> None:
    """Raise `UserError` unless the key is known and the value fits; None always does."""
    if key not in KNOWN:
        raise UserError(
            _("There is no preference “%(key)s”. Known ones: %(known)s.")
            % {"key": key[:40], "known": ", ".join(KNOWN)},
            code="unknown_preference",
        )
    if value is None:
        return
    if not KNOWN[key].is_fine(value):
        raise UserError(
            _("The preference “%(key)s” is %(wanted)s.")
            % {"key": key, "wanted": KNOWN[key].wanted},
            code="invalid",
        )
    if len(json.dumps(value).encode()) > MOST_BYTES:
        raise UserError(
            _("The preference “%(key)s” is too long to be kept.") % {"key": key}, code="too_large"
        )


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and not UNSTORABLE.search(value)
