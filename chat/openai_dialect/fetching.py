"""Fetches the pictures that a client names by an address: a language model is given the picture
itself. Fetched by its own service, an address would lead anybody to what only that can reach."""

import base64
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Any

from django.utils.translation import gettext as _

from pixazo import outgoing
from pixazo.errors import UserError

MOST = 8  # pictures of one request that are fetched
SECONDS = 20.0  # for all of them
MOST_BYTES = 10 * 2**20  # for each
MOST_OF_ALL = 24 * 2**20
# How a file of each kind begins: nothing else is handed on.
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
)

Messages = Sequence[dict[str, Any]]


def check(messages: Messages) -> None:
    """Raises `UserError` where an address is of no kind that is fetched, or they are too many."""
    urls = [url for url in map(_url, _pictures(messages)) if not _is_whole(url)]
    if not all(url[:8].lower().startswith(("http://", "https://")) for url in urls):
        raise _refused(_("A picture's address begins with https://, http:// or data:image/."))
    if len(set(urls)) > MOST:
        raise _refused(_("Send up to %(most)s pictures.") % {"most": MOST})


def brought(messages: Messages, looking: Callable[[], None]) -> list[dict[str, Any]]:
    """The messages, with the pictures in place of their addresses. Raises `UserError`."""
    check(messages)
    until, known, size = monotonic() + SECONDS, dict[str, str](), 0
    for part in _pictures(messages):
        url = _url(part)
        if _is_whole(url) or url in known:
            continue
        looking()
        known[url] = _fetched(url, min(MOST_BYTES, MOST_OF_ALL - size), until - monotonic())
        size += len(known[url])
    return [_with(message, known) for message in messages] if known else list(messages)


def _fetched(url: str, most: int, seconds: float) -> str:
    """As a data: URL."""
    try:
        if seconds <= 0 or most <= 0:
            raise _refused(_("The pictures took too long, or are too large together."))
        content = outgoing.fetch(url, limit_bytes=most, seconds=seconds).content
    except UserError as error:
        raise _refused(error.sentence) from None
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    kind = next((name for head, name in BEGINNINGS if content.startswith(head)), "")
    if not (kind or is_webp):
        raise _refused(_("What is at this address is no picture: PNG, JPEG, WebP or GIF."))
    return f"data:image/{kind or 'webp'};base64,{base64.b64encode(content).decode()}"


def _with(message: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    content = message["content"]
    if not isinstance(content, list):
        return message
    return {**message, "content": [_part(part, known) for part in content]}


def _part(part: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    url = _url(part) if part["type"] == "image_url" else ""
    return {**part, "image_url": {**part["image_url"], "url": known[url]}} if url in known else part


def _pictures(messages: Messages) -> Iterator[dict[str, Any]]:
    for message in messages:
        content = message["content"]
        for part in content if isinstance(content, list) else []:
            if part["type"] == "image_url":
                yield part


def _url(part: dict[str, Any]) -> str:
    url: str = part["image_url"]["url"]
    return url


def _is_whole(url: str) -> bool:
    return url[:20].lower().startswith("data:image/")


def _refused(sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={"messages": [sentence]})
