"""The gateway's own check of a picture, for the safety policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generation.providers.errors import BadAnswer
from generation.providers.pixazo.gateway import Gateway
from generation.providers.remote.asking import Account

PATH = "/content-safety/v1/image-moderation"
# The vendor documents the request only; these are the words that such answers use.
FLAGS = ("flagged", "nsfw", "is_nsfw", "unsafe", "is_unsafe")
SAFE = ("safe", "is_safe")


@dataclass(frozen=True)
class Moderation:
    flagged: bool
    findings: Mapping[str, Any] = field(default_factory=dict)  # as the service gave them


def content_safety(image_url: str, account: Account) -> Moderation:
    """What the service finds in the picture at a public address. Raises a `ProviderError`, also
    for an answer that says neither yes nor no: what then happens the caller decides."""
    answer = Gateway(account).post(PATH, {"image_url": image_url})
    for findings in (answer, answer.get("output"), answer.get("result")):
        if isinstance(findings, Mapping) and (verdict := _verdict(findings)) is not None:
            return Moderation(verdict, dict(findings))
    raise BadAnswer(f"Neither safe nor unsafe: {answer}")


def _verdict(findings: Mapping[str, Any]) -> bool | None:
    said = [findings[name] for name in FLAGS if isinstance(findings.get(name), bool)]
    said += [not findings[name] for name in SAFE if isinstance(findings.get(name), bool)]
    return any(said) if said else None
