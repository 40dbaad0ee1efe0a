"""One request over a connection of its own: to the very address that was checked, until a deadline.

Imports httpx2, so it is itself imported at the first call only.
"""

import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpcore2
import httpx2

from pixazo.at_once import places
from pixazo.outgoing import Answer, Opened, addresses
from pixazo.outgoing.body import pieces, whole
from pixazo.outgoing.errors import Broken, TooSlow, Unreachable
from pixazo.watching.counters import note_call

CONNECT_SECONDS = 10.0  # to one address; a name may have several
WRITE_BYTES = 64 * 1024
SLICE_SECONDS = 0.2  # of waiting, where somebody wants to be asked meanwhile
HEADERS = {
    "User-Agent": "Pixazo",
    "Accept": "*/*",
    # Pictures are packed already; what comes packed all the same is unpacked within limits.
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class Deadline:
    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self, *, was_sent: bool) -> float:
        """Seconds. Raises `TooSlow` when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TooSlow(was_sent=was_sent)
        return left


def encode(
    method: str,
    url: str,
    json: Any,
    form: Mapping[str, str] | None,
    files: Sequence[tuple[str, tuple[str, bytes, str]]] | None,
) -> tuple[bytes, dict[str, str]]:
    """A request's body, and the headers that say what it is."""
    request = httpx2.Request(method, "http://unused", json=json, data=form, files=files)
    kept = {"content-type", "content-length"}
    return request.read(), {name: text for name, text in request.headers.items() if name in kept}


def send(
    method: str,
    url: httpx2.URL,
    headers: Mapping[str, str],
    body: bytes,
    limit_bytes: int,
    until: Deadline,
    inside: Collection[str],
) -> Answer:
    """Raises `Refused`. `url` comes from `addresses.parse`."""
    door = Door(until, inside)
    with opened(method, url, headers, body, limit_bytes, door) as found:
        return Answer(found.status, found.headers, whole(found.pieces))


@contextmanager
def opened(
    method: str,
    url: httpx2.URL,
    headers: Mapping[str, str],
    body: bytes,
    limit_bytes: int,
    door: "Door",
) -> Iterator[Opened]:
    """As `_opened`, and counted."""
    begun, status = time.monotonic(), "none"
    try:
        with _opened(method, url, headers, body, limit_bytes, door) as found:
            status = str(found.status)
            yield found
    except Exception as error:
        status = getattr(error, "code", "") or status
        raise
    finally:
        note_call(url.host, status, time.monotonic() - begun)


@contextmanager
def _opened(
    method: str,
    url: httpx2.URL,
    headers: Mapping[str, str],
    body: bytes,
    limit_bytes: int,
    door: "Door",
) -> Iterator[Opened]:
    """An answer whose body is read while it comes."""
    named = {"Host": url.netloc.decode("ascii"), **HEADERS, **headers}
    try:
        with (
            places().given_back(),
            httpcore2.ConnectionPool(
                ssl_context=_tls() if url.scheme == "https" else None,
                http2=False,
                retries=0,
                network_backend=door,
            ) as pool,
            pool.stream(
                method,
                httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=[(name.encode(), text.encode()) for name, text in named.items()],
                content=body,
            ) as response,
        ):
            door.was_answered = True
            got = {
                name.decode("latin-1").lower(): text.decode("latin-1")
                for name, text in response.headers
            }
            yield Opened(response.status, got, pieces(response.iter_stream(), got, limit_bytes))
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
        raise Unreachable from None
    except httpcore2.TimeoutException:
        raise TooSlow(was_sent=door.was_sent) from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        raise Broken(was_sent=door.was_sent, was_answered=door.was_answered) from None


class Door(httpcore2.NetworkBackend):
    """Connects to addresses that may be connected to, and notes whether anything was sent.

    `silence` is for how many seconds the other side may say nothing; while it doesn't, `waiting`
    is called several times a second, and may raise what ends it all.
    """

    def __init__(
        self,
        until: Deadline,
        inside: Collection[str],
        silence: float | None = None,
        waiting: Callable[[], None] | None = None,
    ) -> None:
        self.until = until
        self.inside = inside
        self.silence = silence
        self.waiting = waiting
        self.was_sent = False
        self.was_answered = False
        self.plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = self.until.left(was_sent=False)
        for address in addresses.reachable(host, port, self.inside, left):
            seconds = min(CONNECT_SECONDS, self.until.left(was_sent=False))
            try:
                return Stream(self.plain.connect_tcp(address, port, seconds), self)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        raise Unreachable


class Stream(httpcore2.NetworkStream):
    """Reads and writes no longer than until the deadline of all, however little comes each time."""

    def __init__(self, plain: httpcore2.NetworkStream, door: Door) -> None:
        self.plain = plain
        self.door = door

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self.door.silence is None:
            return self.plain.read(max_bytes, self._left())
        quiet = Deadline(self.door.silence)
        while True:
            if self.door.waiting is not None:
                self.door.waiting()
            left = min(self._left(), quiet.left(was_sent=self.door.was_sent))
            try:
                return self.plain.read(max_bytes, min(SLICE_SECONDS, left))
            except httpcore2.ReadTimeout:
                continue  # nothing was lost: the next read has what comes meanwhile

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.door.was_sent = True
        for start in range(0, len(buffer), WRITE_BYTES):
            self.plain.write(buffer[start : start + WRITE_BYTES], self._left())

    def close(self) -> None:
        self.plain.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        # The name of the address, not the number that was connected to: so the certificate counts.
        return Stream(self.plain.start_tls(ssl_context, server_hostname, self._left()), self.door)

    def get_extra_info(self, info: str) -> Any:
        return self.plain.get_extra_info(info)

    def _left(self) -> float:
        return self.door.until.left(was_sent=self.door.was_sent)


@cache
def _tls() -> ssl.SSLContext:
    """Certificates are always checked, against what this machine trusts."""
    return httpx2.create_ssl_context()
