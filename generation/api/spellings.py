"""The one translation of a request's spellings (C27): what clients call things, and what we do.

The canonical names are those of diffusers. Answers use the canonical names only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pixazo.errors import UserError

SPELLINGS: dict[str, tuple[str, ...]] = {
    "model": ("model", "model_id"),
    "prompt": ("prompt", "main_prompt"),
    "negative_prompt": ("negative_prompt",),
    "width": ("width",),
    "height": ("height",),
    "num_inference_steps": ("num_inference_steps", "num_steps", "steps"),
    "guidance_scale": ("guidance_scale", "cfg_scale", "cfg"),
    "seed": ("seed",),
    "count": ("count", "num_images", "batch_size", "imageNum"),
    "workspace": ("workspace",),
    "topic": ("topic",),
}
CANONICAL = {given: name for name, spellings in SPELLINGS.items() for given in spellings}
NUMBERS = {"width", "height", "num_inference_steps", "guidance_scale", "seed", "count"}
TOO_LARGE = 2**53  # beyond it JSON's numbers are no longer exact


@dataclass
class Wording:
    """A request in canonical names, and how its client spelled them."""

    values: dict[str, Any] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def in_their_words(self, fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Sentences about fields, under the names that the client used."""
        return {self.spelled.get(name, name): sentences for name, sentences in fields.items()}


def read(body: Mapping[str, Any]) -> Wording:
    """Translate a JSON body, with `settings` inside or without; raises `UserError`.

    `null` is the same as left out. Two spellings of one thing must agree.
    """
    wording = Wording()
    for given, value in _flat(body):
        name = CANONICAL.get(given)
        if name is None:
            wording.unknown.append(given[:40])
        elif value is not None:
            _take(wording, name, given, value)
    return wording


def _flat(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    settings = body.get("settings")
    if settings is not None and not isinstance(settings, Mapping):
        raise _refused("settings", "`settings` must be a JSON object.")
    outer = [(given, value) for given, value in body.items() if given != "settings"]
    return [*outer, *(settings or {}).items()]


def _take(wording: Wording, name: str, given: str, value: Any) -> None:
    if name in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise _refused(given, f"`{given}` must be a number.")
    if name in NUMBERS and abs(value) > TOO_LARGE:
        raise _refused(given, f"`{given}` is too large.")
    if name not in NUMBERS and not isinstance(value, str):
        raise _refused(given, f"`{given}` must be a text.")
    if name in wording.values and wording.values[name] != value:
        other = wording.spelled[name]
        both = f"`{given}`" if other == given else f"`{other}` and `{given}`"
        raise _refused(given, f"{both} say two different things. Send one of them.")
    wording.values[name] = value
    wording.spelled[name] = given


def _refused(field_name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={field_name: [sentence]})
