"""Reads a saved prompt from JSON: names as clients spell them (C27), values of the right kind."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from pixazo.errors import UserError
from workspaces.names import plain_text

SPELLINGS: dict[str, tuple[str, ...]] = {
    "title": ("title", "name"),
    "tags": ("tags",),
    "prompt": ("prompt", "main_prompt", "content"),
    "negative_prompt": ("negative_prompt",),
    "theme": ("theme", "theme_id"),
    "style": ("style", "style_id"),
    "model": ("model", "model_id"),
    "width": ("width",),
    "height": ("height",),
    "num_inference_steps": ("num_inference_steps", "num_steps", "steps"),
    "guidance_scale": ("guidance_scale", "cfg_scale", "cfg"),
    "seed": ("seed",),
}
CANONICAL = {given: name for name, spellings in SPELLINGS.items() for given in spellings}
NUMBERS = {"width", "height", "num_inference_steps", "guidance_scale", "seed"}
MOST_LISTED = 100  # tags as sent: the form says how many may stay


def read(body: Mapping[str, Any], *, strict: bool = True) -> dict[str, Any]:
    """As the form takes it; null is an empty field. Raises `UserError` with the name as it was
    sent. Not `strict` passes over names that mean nothing here."""
    found: dict[str, Any] = {}
    for given, value in body.items():
        name = CANONICAL.get(given)
        if name is None:
            if strict:
                sentence = _("Nothing here is called %(name)s.") % {"name": f"{given[:40]!r}"}
                raise UserError(sentence, code="invalid")
            continue
        if name in found and strict:
            raise _refused(given, _("`%(given)s` is there under another name.") % {"given": given})
        found[name] = "" if value is None else _value(name, given, value)
    return found


def spelled(body: Mapping[str, Any], name: str) -> str:
    """What the client calls it."""
    return next((given for given in body if CANONICAL.get(given) == name), name)


def _value(name: str, given: str, value: Any) -> Any:
    kind: Callable[[str, Any], Any] = _text
    if name in NUMBERS:
        kind = _number
    elif name == "tags":
        kind = _tags
    return kind(given, value)


def _text(given: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _refused(given, _("`%(given)s` must be a text.") % {"given": given})
    return plain_text(value)


def _number(given: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(given, _("`%(given)s` must be a number.") % {"given": given})
    if abs(value) > 2**53:
        raise _refused(given, _("`%(given)s` is too large.") % {"given": given})
    return value


def _tags(given: str, value: Any) -> str:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list) and all(isinstance(tag, str) for tag in value[:MOST_LISTED]):
        return ",".join(plain_text(tag).replace(",", " ") for tag in value[:MOST_LISTED])
    raise _refused(given, _("`%(given)s` must be a list of texts.") % {"given": given})


def _refused(given: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={given: [sentence]})
