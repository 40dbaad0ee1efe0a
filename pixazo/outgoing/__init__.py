"""The only place that speaks HTTP to the outside.

Every address is checked when it is connected to; redirects, proxies of the environment and
endless answers are not followed, used or waited for. Nothing here is tried twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pixazo.outgoing.errors import Broken, Refused, TooLarge, TooSlow, Unreachable

__all__ = [
    "Answer",
    "Broken",
    "Fetched",
    "Opened",
    "Refused",
    "TooLarge",
    "TooSlow",
    "Unreachable",
    "call",
    "check",
    "download",
    "fetch",
    "post",
    "stream",
]

MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Fetched:
    content: bytes = field(repr=False)
    content_type: str  # as the other side calls it: look at the content


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in small letters
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """An answer that goes on coming: reading `pieces` may raise what asking for it may."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    pieces: Iterator[bytes] = field(repr=False)


def fetch(url: str, *, limit_bytes: int, seconds: float) -> Fetched:
    """What is at an address that a person wrote: public ones and `settings.PICTURE_HOSTS` only.

    Up to three redirects are followed, each checked like the first. Raises `Refused`, whose
    sentence is for that person.
    """
    answer = download(url, limit_bytes=limit_bytes, seconds=seconds, inside=settings.PICTURE_HOSTS)
    if answer.status != 200:
        raise Refused(
            _("That address answered with an error (%(status)s).") % {"status": answer.status},
            code="url_status",
        )
    return Fetched(answer.content, answer.headers.get("content-type", "").partition(";")[0])


def download(url: str, *, limit_bytes: int, seconds: float, inside: Sequence[str]) -> Answer:
    """GET without any header of ours, so that nothing secret can go where a redirect leads.

    `inside` are hosts that need not be public, as host:port. Raises `Refused`.
    """
    from pixazo.outgoing import addresses, wire

    until = wire.Deadline(seconds)
    for _hop in range(MOST_REDIRECTS + 1):
        answer = wire.send("GET", addresses.parse(url, inside), {}, b"", limit_bytes, until, inside)
        target = answer.headers.get("location")
        if answer.status not in REDIRECTS or not target:
            return answer
        url = addresses.join(url, target)
    raise Refused(_("That address leads on and on to others."), code="too_many_redirects")


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    files: Sequence[tuple[str, tuple[str, bytes, str]]] | None = None,
    limit_bytes: int,
    seconds: float,
    inside: Sequence[str] = (),
) -> Answer:
    """Ask a service, at a public address, one of `settings.TRUSTED_HOSTS` or one of `inside`.

    Redirects are answers like any other. `files` are (field, (name, content, content type)).
    `limit_bytes` counts what the answer unpacks to, `seconds` is for all of it. Raises `Refused`;
    its `was_sent` says whether the other side may have begun.
    """
    from pixazo.outgoing import addresses, wire

    trusted = [*settings.TRUSTED_HOSTS, *inside]
    body, own = wire.encode(method, url, json, form, files)
    return wire.send(
        method,
        addresses.parse(url, trusted),
        own | dict(headers or {}),
        body,
        limit_bytes,
        wire.Deadline(seconds),
        trusted,
    )


def stream(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    json: Any,
    limit_bytes: int,
    seconds: float,
    silence: float,
    waiting: Callable[[], None] | None = None,
    inside: Sequence[str] = (),
) -> AbstractContextManager[Opened]:
    """As `call`, of an answer that is read while it comes: `with stream(...) as opened`.

    `silence` is for how many seconds nothing may come. Meanwhile `waiting` is called several times
    a second: what it raises ends the call, and comes out here.
    """
    from pixazo.outgoing import addresses, wire

    trusted = [*settings.TRUSTED_HOSTS, *inside]
    body, own = wire.encode(method, url, json, None, None)
    door = wire.Door(wire.Deadline(seconds), trusted, silence, waiting)
    parsed = addresses.parse(url, trusted)
    return wire.opened(method, parsed, own | dict(headers), body, limit_bytes, door)


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    limit_bytes: int,
    seconds: float,
    inside: Sequence[str],
) -> Answer:
    """Send these very bytes (they are signed) to an address that a person wrote.

    Only public addresses and `inside`, never the services that staff trust. Raises `Refused`.
    """
    from pixazo.outgoing import addresses, wire

    until = wire.Deadline(seconds)
    sized = {**headers, "Content-Length": str(len(body))}
    return wire.send("POST", addresses.parse(url, inside), sized, body, limit_bytes, until, inside)


def check(url: str, inside: Sequence[str]) -> None:
    """Raises `Refused` for an address that could not be called, as far as can be told now: a name
    that nobody knows may be known later, and is looked at again when it is called."""
    from pixazo.outgoing import addresses

    addresses.check(addresses.parse(url, inside), inside)
