"""Why a request is as it is: what somebody took of a proposal, kept with the request that follows.

`{"parts": [{"name", "why"}], "by", "chat"}`: plain, so that it survives whoever proposed it. The
chat is named by its id alone; this room knows none.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

NAMES = frozenset(
    "prompt negative_prompt model style size num_inference_steps guidance_scale seed".split()
)
MOST_PARTS, LONGEST_WHY, LONGEST_NAME = 8, 600, 100
LONGEST = 8_000  # characters, as a form sends it


def read(text: str) -> dict[str, Any] | None:
    """Of a form's field. What is none is no reason, and no reason to draw nothing."""
    if not text or len(text) > LONGEST:
        return None
    try:
        return cleaned(json.loads(text))
    except (ValueError, RecursionError):
        return None


def cleaned(value: Any) -> dict[str, Any] | None:
    """What of it can be kept; None for what says nothing."""
    if not isinstance(value, Mapping):
        return None
    parts = value.get("parts")
    kept = [_part(each) for each in parts[:MOST_PARTS]] if isinstance(parts, list) else []
    found: dict[str, Any] = {"parts": [each for each in kept if each]}
    if by := _text(value.get("by"), LONGEST_NAME):
        found["by"] = by
    if chat := _id(value.get("chat")):
        found["chat"] = chat
    return found if found["parts"] or chat else None


def sentences(reason: Any) -> list[str]:
    """Each once."""
    known = cleaned(reason) or {}
    return list(dict.fromkeys(each["why"] for each in known.get("parts", ())))


def _part(value: Any) -> dict[str, str] | None:
    name = value.get("name") if isinstance(value, Mapping) else None
    if not isinstance(name, str) or name not in NAMES:
        return None
    why = _text(value.get("why"), LONGEST_WHY)
    return {"name": name, "why": why} if why else None


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[
        :longest
    ]


def _id(value: Any) -> str:
    try:
        return str(UUID(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""
