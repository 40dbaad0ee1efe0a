"""The one translation of an OpenAI request's fields.

What means nothing to us is ignored: their clients send much that other models have no use for
(quality, style, background, moderation...).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from generation.api import spellings
from generation.api.spellings import SPELLINGS, Wording
from pixazo.errors import UserError

# Ours that may be sent beside theirs: OpenAI's client puts its `extra_body` there.
OURS = (
    "negative_prompt",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "strength",
    "scheduler",
    "loras",
    "seed",
    "time_class",
    "workspace",
    "topic",
)
TAKEN = {
    "prompt",
    "n",
    *(spelling for name in OURS for spelling in SPELLINGS[name]),
}
SIZE = re.compile(r"(\d{1,5})\s*x\s*(\d{1,5})", re.ASCII | re.IGNORECASE)
FORMATS = ("png", "webp", "jpeg")
MOST_PARTIAL = 3
QUALITY = 90


@dataclass
class Asked:
    """A request: ours by our names, and how the answer is wanted."""

    wording: Wording
    model: str
    size: tuple[int, int] | None
    as_url: bool
    format: str
    quality: int
    stream: bool
    partial_images: int


def read(body: Mapping[str, Any]) -> Asked:
    """Raises `UserError`. `null` is the same as left out."""
    sent = {name: value for name, value in body.items() if value is not None}
    taken = {name: value for name, value in sent.items() if name in TAKEN and value != "auto"}
    format_name = str(sent.get("output_format", "png")).lower()
    return Asked(
        wording=spellings.read(taken),
        model=_text(sent, "model"),
        size=_size(sent),
        as_url=sent.get("response_format") == "url",
        format={"jpg": "jpeg"}.get(
            format_name, format_name if format_name in FORMATS else FORMATS[0]
        ),
        quality=_whole(sent.get("output_compression"), 1, 100) or QUALITY,
        stream=sent.get("stream") in (True, "true", "True", "1"),
        partial_images=_whole(sent.get("partial_images"), 0, MOST_PARTIAL) or 0,
    )


def _text(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name, "")
    if isinstance(value, str) and not isinstance(value, UploadedFile):
        return value
    sentence = _("`%(given)s` must be a text.") % {"given": name}
    raise UserError(sentence, code="invalid", fields={name: [sentence]})


def _size(sent: Mapping[str, Any]) -> tuple[int, int] | None:
    """None: as the model likes it, or as the picture that is worked from has it."""
    given = _text(sent, "size").strip()
    if given in ("", "auto"):
        return None
    found = SIZE.fullmatch(given)
    if found and "0" not in (found[1].strip("0") or "0", found[2].strip("0") or "0"):
        return int(found[1]), int(found[2])
    sentence = _("The size is given as WIDTHxHEIGHT, such as 1024x1024, or as auto.")
    raise UserError(sentence, code="invalid", fields={"size": [sentence]})


def _whole(given: Any, lowest: int, highest: int) -> int | None:
    """The nearest that there is; None of what is no number."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 6:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        return None
    return min(max(given, lowest), highest)
