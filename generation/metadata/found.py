"""What was found in a file, in our form's names, and the ways of writing that tools share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from django.utils.translation import gettext_lazy

from pixazo.errors import UserError

MOST = 50  # unknown things that are told
LONGEST = 300  # characters of an unknown value
LONGEST_PROMPT = 20_000
WHOLE = ("width", "height", "num_inference_steps", "seed")
NO_SOURCE = gettext_lazy("The picture that it was made from is not in the file.")


class Unreadable(UserError):
    code = "no_recipe"
    status = 422


class AnotherFormat(Unreadable):
    """No picture of a kind that is taken here: it can't be used for anything else either."""


@dataclass(frozen=True)
class Named:
    """A model or LoRA as the file calls it; `sha256` may be the beginning of one, or empty."""

    name: str
    sha256: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Found:
    """`settings` bear our form's names. Nothing in it is trusted: the contract checks it later."""

    source: str
    settings: Mapping[str, Any]
    model: Named | None = None
    loras: tuple[Named, ...] = ()
    # What it was made from: role and SHA-256 of the file; only our own recipes say.
    sources: tuple[tuple[str, str], ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)


def found(
    source: str,
    settings: Mapping[str, Any],
    model: Named | None = None,
    loras: list[Named] | None = None,
    unknown: Mapping[str, Any] | None = None,
    sources: tuple[tuple[str, str], ...] = (),
) -> Found:
    """With values of the right kind only; what is of none goes among the unknown."""
    kept: dict[str, Any] = {}
    left = dict(unknown or {})
    for name, value in settings.items():
        if value is None or value == "":
            continue
        right = _right(name, value)
        if right is None:
            left[name] = value
        else:
            kept[name] = right
    shown = {_short(name): _short(value) for name, value in left.items() if value not in (None, "")}
    return Found(source, kept, model, tuple(loras or ()), sources, dict(list(shown.items())[:MOST]))


def number(value: Any) -> float | None:
    """The number that a value or text means, if it means one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if isfinite(read) and abs(read) < 2**63 else None


def whole(value: Any) -> int | None:
    read = number(value)
    if read is None or read != int(read):
        return None
    # A seed of up to 64 bits is no exact float.
    try:
        return int(value)
    except ValueError:
        return int(read)


def stem(path: Any) -> str:
    """`SDXL\\\\juggernaut.safetensors` is called "juggernaut"."""
    name = PureWindowsPath(PurePosixPath(str(path)).name).name
    for ending in (".safetensors", ".ckpt", ".pt", ".pth", ".gguf", ".sft"):
        name = name.removesuffix(ending)
    return name[:LONGEST]


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _right(name: str, value: Any) -> Any:
    if name in WHOLE:
        return whole(value)
    if name in ("guidance_scale", "strength", "scale", "left", "top", "right", "bottom"):
        return number(value)
    return value[:LONGEST_PROMPT] if isinstance(value, str) else None


def _short(value: Any) -> str:
    # str() of a deep structure may be long: cut before anybody sees it.
    shown = str(value).replace("\0", "")
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
