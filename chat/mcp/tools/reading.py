"""Reads the arguments of tools that take few of them; what is wrong is refused in a sentence."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from chat.mcp.schemas import LONGEST_WAIT
from pixazo.errors import UserError


def text(sent: Mapping[str, Any], name: str) -> str:
    given = sent.get(name)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise _refused(name, _("`%(given)s` must be a text.") % {"given": name})
    return given.strip()


def whole(sent: Mapping[str, Any], name: str, default: int, most: int) -> int:
    given = sent.get(name)
    if given is None:
        return default
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        raise _refused(name, _("`%(given)s` must be a number.") % {"given": name})
    return max(1, min(int(given), most))


def pk(sent: Mapping[str, Any], name: str) -> UUID | None:
    """An id, with or without `image:` before it; None where there is none."""
    given = text(sent, name)
    if not given:
        return None
    try:
        return UUID(given.removeprefix("pixazo://image/").removeprefix("image:"))
    except ValueError:
        sentence = _("`%(name)s` is an id, such as 01a1fd14-cdc1-785d-b1eb-fdf9756761c4.")
        raise _refused(name, sentence % {"name": name}) from None


def seconds(sent: Mapping[str, Any], default: float | None = None) -> float:
    """How long the call may last."""
    given = sent.get("wait_seconds")
    if given is None:
        return settings.MCP_SECONDS if default is None else default
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:
        raise _refused(
            "wait_seconds", _("`%(given)s` must be a number.") % {"given": "wait_seconds"}
        )
    return max(0.0, min(float(given), LONGEST_WAIT))


def required(name: str) -> UserError:
    return _refused(name, _("`%(name)s` is needed.") % {"name": name})


def _refused(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
