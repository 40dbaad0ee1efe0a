"""The gateway's own check of a picture, for the safety policy."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generation.providers.errors import BadAnswer
from generation.providers.pixazo.gateway import Gateway
from generation.providers.remote.asking import Account
from generation.providers.remote.failures import EXCERPT, for_staff, readable

# The vendor documents the request only; these are the words that such answers use.
FLAGS = ("flagged", "nsfw", "is_nsfw", "unsafe", "is_unsafe")
SAFE = ("safe", "is_safe")
PARTS = ("output", "result")
DEEPEST = 8


@dataclass(frozen=True)
class Moderation:
    flagged: bool
    findings: Mapping[str, Any] = field(
        default_factory=dict
    )  # as the service gave them, 2 KiB at most


def content_safety(image_url: str, account: Account, path: str) -> Moderation:
    """What the service finds in the picture at a public address. Raises a `ProviderError`, also
    for an answer that says neither yes nor no: what then happens the caller decides.

    `path` is `Service.moderation_path`."""
    with for_staff(account.api_key):
        answer = Gateway(account).post(path, {"image_url": image_url})
        said = [each for findings in _places(answer) for each in _said(findings)]
        if not said:
            raise BadAnswer(f"Neither safe nor unsafe: {answer}")
        # Whoever contradicts themselves has not said that it is safe.
        return Moderation(any(said), _kept(answer, account.api_key))


def _places(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for place in (answer, *(answer.get(name) for name in PARTS)):
        if isinstance(place, Mapping):
            yield place


def _said(findings: Mapping[str, Any]) -> Iterator[bool]:
    """Each of its words about the picture; True is unsafe."""
    for name in FLAGS:
        if isinstance(findings.get(name), bool):
            yield findings[name]
    for name in SAFE:
        if isinstance(findings.get(name), bool):
            yield not findings[name]
    categories = findings.get("categories")
    if isinstance(categories, Mapping):
        # One that does not apply says nothing about the others.
        yield from (True for each in categories.values() if each is True)


def _kept(answer: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a database takes as JSON, without the key."""
    plain: dict[str, Any] = _plain(answer, key, DEEPEST)
    text = json.dumps(plain)
    return plain if len(text) <= EXCERPT else {"beginning": text[:EXCERPT]}


def _plain(value: Any, key: str, depth: int) -> Any:
    match value:
        case str():
            return readable(value, key)
        case float() if not math.isfinite(value):
            return str(value)
        case dict() | list() if depth == 0:
            return "…"
        case dict():
            return {
                readable(name, key): _plain(each, key, depth - 1) for name, each in value.items()
            }
        case list():
            return [_plain(each, key, depth - 1) for each in value]
    return value
