"""The only place that tells open pages that something changed.

An event is a row, written in the transaction that made the change; Redis, where there is one,
only wakes the web processes that read the table.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.timezone import now

from pixazo.insertion import insert_columns
from pixazo.models import Event

PAUSE_SECONDS = 2.0  # after a Redis that could not be reached

log = logging.getLogger(__name__)

WAKE_CHANNEL = "pixazo:events"
TOKEN_NAMESPACE = "pixazo.events"  # noqa: S105  not a password
TOKEN_SECONDS = 45 * 60  # with a stream's quarter of an hour: an hour until a sign-out counts
# Whoever has signed out hears on for at most this and a token's time.
STREAM_SECONDS = 15 * 60
ENDED = "ended"
CLOCKS_APART = timedelta(seconds=5)  # of two machines, at most


def announce(channel: str, kind: str, subject: object) -> None:
    """Record that `subject` changed, for the pages that listen to `channel`."""
    announce_all([(channel, kind, subject)])


def announce_all(changes: Sequence[tuple[str, str, object]]) -> None:
    """The same of several: channel, kind and subject of each."""
    insert_columns(
        Event,
        len(changes),
        channel=[channel for channel, _, _ in changes],
        kind=[kind for _, kind, _ in changes],
        subject=[str(subject) for _, _, subject in changes],
    )
    if settings.REDIS_URL:
        transaction.on_commit(_wake, robust=True)


@dataclass(frozen=True)
class Permission:
    channels: list[str]
    given: datetime
    until: datetime


@dataclass(frozen=True)
class Bounds:
    """What each permission is held to that is given meanwhile: it ends then, or by `own`."""

    until: datetime
    own: str


_bounds: ContextVar[Bounds | None] = ContextVar("bounds_of_listening", default=None)


@contextmanager
def bounded(until: datetime, own: str) -> Iterator[None]:
    token = _bounds.set(Bounds(until, own))
    try:
        yield
    finally:
        _bounds.reset(token)


def stream_token(*channels: str) -> str:
    """A signed, short-lived permission to listen, so that the stream needs no database."""
    given = time.time()
    until = given + TOKEN_SECONDS + STREAM_SECONDS
    if bounds := _bounds.get():
        channels, until = (*channels, bounds.own), min(until, bounds.until.timestamp())
    known = {"channels": channels, "given": given, "until": until}
    return signing.dumps(known, salt=TOKEN_NAMESPACE)


def permission_of(token: str) -> Permission | None:
    """What a token permits; None if it is forged, too old, over, or of an older version."""
    try:
        known = signing.loads(token, salt=TOKEN_NAMESPACE, max_age=TOKEN_SECONDS)
        given, until = (datetime.fromtimestamp(known[each], UTC) for each in ("given", "until"))
        return Permission(list(known["channels"]), given, until) if until > now() else None
    except (signing.BadSignature, TypeError, KeyError):
        return None


def ends_of(channel: str) -> str:
    """Where it is said what those who have this channel may hear no longer: beside it, so that few
    rows need to be looked at."""
    return f"{channel}/{ENDED}"


def end_listening(own: str, channel: str) -> None:
    """Whoever has the channel `own` hears nothing more of `channel`, whatever they were permitted
    until now. What they are permitted after this counts."""
    announce(ends_of(own), ENDED, channel)


def is_ended(permission: Permission) -> bool:
    """Asks the database: events are kept for longer than a permission counts."""
    ends = Event.objects.filter(
        channel__in=[ends_of(channel) for channel in permission.channels],
        subject__in=permission.channels,
    )
    return ends.filter(created__gte=permission.given - CLOCKS_APART).exists()


def events_after(last: int, channels: list[str], limit: int) -> list[Event]:
    return list(Event.objects.filter(channel__in=channels, id__gt=last).order_by("id")[:limit])


def kept_events() -> tuple[int, int]:
    """The ids of the oldest and the newest event there are; 1 where there is none yet."""
    ids = Event.objects.values_list("id", flat=True)
    return ids.order_by("id").first() or 1, ids.order_by("-id").first() or 1


def _wake() -> None:
    """Have every web process look, soon. Returns at once, whatever Redis does."""
    global _waker
    waker = _waker
    if waker is None or not waker.is_alive():  # threads don't survive a fork
        waker = Waker()
        waker.start()
        _waker = waker  # only now: another thread may look at this moment
    waker.rung.set()


class Waker(threading.Thread):
    """Rings through Redis; many rings at once become one. One that is lost costs a second."""

    def __init__(self) -> None:
        super().__init__(name="waker", daemon=True)
        self.rung = threading.Event()

    def run(self) -> None:
        while self.rung.wait():
            self.rung.clear()
            self.send()

    def send(self) -> None:
        from redis import RedisError

        from pixazo.redis import connection

        try:
            connection().publish(WAKE_CHANNEL, "")
        except (RedisError, OSError) as error:
            # The hub also looks by itself once a second.
            log.warning("Pages are told late, Redis can't be reached: %s", error)
            time.sleep(PAUSE_SECONDS)


_waker: Waker | None = None
