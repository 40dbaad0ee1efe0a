"""JSON from strangers: read with bounds on length, depth and number of parts."""

import json
from typing import Any

from django.utils.translation import gettext as _

from generation.metadata.found import Unreadable

LONGEST = 4_000_000  # characters; a ComfyUI graph of a thousand nodes has about one million
DEEPEST = 40
MOST = 200_000  # values in all


def json_object(text: str) -> dict[str, Any] | None:
    """The JSON object of that text; None where it is no JSON object. Raises `Unreadable`."""
    value = json_value(text)
    return value if isinstance(value, dict) else None


def json_value(text: str) -> Any:
    """The JSON value of that text; None where it is no JSON. Raises `Unreadable`."""
    if len(text) > LONGEST:
        raise Unreadable(_("The file says too much about itself to be read."))
    try:
        value = json.loads(text)
    except RecursionError:
        raise Unreadable(_("What the file says about itself is nested too deeply.")) from None
    except ValueError:
        return None
    _check(value)
    return value


def json_at(text: str, start: int) -> tuple[Any, int] | None:
    """The JSON value that begins there, and where it ends; None where there is none."""
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    _check(value)
    return value, end


def _check(value: Any) -> None:
    """Level by level, so that nothing here grows with the depth."""
    level, seen = [value], 0
    for _level in range(DEEPEST):
        seen += len(level)
        if seen > MOST:
            raise Unreadable(_("The file says too much about itself to be read."))
        level = [
            part
            for each in level
            if isinstance(each, dict | list)
            for part in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise Unreadable(_("What the file says about itself is nested too deeply."))
