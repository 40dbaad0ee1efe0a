"""One reader of events for each process, one timer, and one queue for each open page.

A thousand pages may hear the same: what is told is put into bytes once, and a page that hears
nothing costs nothing but its turn in one timer's round.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import Any

from django.conf import settings
from django.db import connection

from pixazo.draining import drain
from pixazo.events import WAKE_CHANNEL, kept_events
from pixazo.listening import HELLO, OVER, STILL_HERE, Listener, Told
from pixazo.models import Event
from pixazo.prepared import Rows

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1 if connection.vendor == "sqlite" else 1.0
HEARTBEAT_SECONDS = 15  # without a word; servers on the way would take a stream for dead
ROUND_SECONDS = 1.0
# On PostgreSQL a row with a lower id may be committed after one with a higher id, so each look
# goes back a little, and what was already told is left out.
LOOK_BACK = 500


class Hub:
    """Reads the events table for the whole process and hands each event to whom it concerns.

    A page reads its state when it hears `hello`. That is said only once it is known where to
    begin: a change is then either in what the page reads, or told after it.
    """

    def __init__(self) -> None:
        self.listeners: dict[str, set[Listener]] = defaultdict(set)
        self.reader = ThreadPoolExecutor(1, thread_name_prefix="events")
        self.task: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.begun = False
        self.last = 0
        self.told: set[int] = set()
        self.version = -1

    def subscribe(self, channels: Iterable[str], seconds: float = inf) -> Listener:
        """For so long at most."""
        listener = Listener(time.monotonic() + seconds)
        for channel in channels:
            self.listeners[channel].add(listener)
        if self.task is None or self.task.done():
            self.begun = False
            self.task = asyncio.create_task(self._run())
            self._go_round()
        elif self.begun:
            listener.tell_alone(HELLO)
        return listener

    def unsubscribe(self, channels: Iterable[str], listener: Listener) -> None:
        for channel in channels:
            self.listeners[channel].discard(listener)
            if not self.listeners[channel]:
                del self.listeners[channel]
        if not self.listeners and self.task is not None:
            self.task.cancel()
            self.task = None

    def let_go(self) -> None:
        """The process ends, and with it all streams."""
        self._tell_all_alone(OVER)

    def _go_round(self) -> None:
        """End what has lasted long enough, and let those hear something who heard nothing."""
        if self.timer is not None:
            self.timer.cancel()
        # First: whatever goes wrong with one page, the others are still looked after.
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(ROUND_SECONDS, self._go_round) if self.task else None
        moment = time.monotonic()
        for listener in self._all():
            if moment >= listener.end:
                listener.tell_alone(OVER)
            elif moment >= listener.heard + HEARTBEAT_SECONDS and listener.empty():
                listener.tell(STILL_HERE, moment)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        async with _Bell() as bell:
            # Asked each time: of the client of Redis one has seen that it swallows a cancellation.
            while task and self.task is task and not task.cancelling():
                try:
                    if not self.begun:
                        await loop.run_in_executor(self.reader, self._begin)
                        self.begun = True
                        self._tell_all_alone(HELLO)
                    for told in await loop.run_in_executor(self.reader, self._read):
                        self._tell(told)
                    await bell.wait(LOOK_SECONDS)
                except Exception:
                    # Whatever it was: a hub that ended would leave its pages with heartbeats only.
                    log.exception("The events can't be read; beginning anew.")
                    self.begun = False
                    await asyncio.sleep(1)

    def _tell_all_alone(self, told: Told) -> None:
        for listener in self._all():
            listener.tell_alone(told)

    def _all(self) -> set[Listener]:
        return set().union(*self.listeners.values())

    def _tell(self, told: Told) -> None:
        moment = time.monotonic()
        for listener in self.listeners.get(told.channel, ()):
            listener.tell(told, moment)

    def _begin(self) -> None:
        """Find where to begin, over a new connection. Runs in the reader's thread."""
        connection.close()
        self.version = -1  # that of another connection says nothing about this one
        _, self.last = kept_events()
        self.told = set(
            Event.objects.filter(id__gt=self.last - LOOK_BACK).values_list("id", flat=True)
        )

    def _read(self) -> list[Told]:
        """New events since the last look. Runs in the reader's thread, with its own connection."""
        version = self.version
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                version = cursor.execute("PRAGMA data_version").fetchone()[0]
            if version == self.version:
                return []
        found = [row for row in _AFTER(last=self.last - LOOK_BACK) if row[0] not in self.told]
        if found:
            self.last = max(self.last, found[-1][0])
            self.told.update(row[0] for row in found)
            self.told = {pk for pk in self.told if pk > self.last - LOOK_BACK}
        self.version = version
        return [Told(*row[1:]) for row in found]


# As plain rows: each look sees several hundred again that were told before.
_AFTER: Rows[Any] = Rows(
    lambda last: (
        Event.objects.filter(id__gt=last)
        .order_by("id")
        .values_list("id", "channel", "kind", "subject")
    ),
    last=int,
)


class _Bell:
    """Waits for Redis to say that there are events, or for the time to look anyway."""

    def __init__(self) -> None:
        self.subscription: Any = None

    async def __aenter__(self) -> "_Bell":
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._disconnect()

    async def wait(self, seconds: float) -> None:
        if self.subscription is None:
            await self._connect()
        if self.subscription is None:
            await asyncio.sleep(seconds)
            return
        from redis.exceptions import RedisError

        try:
            await self.subscription.get_message(ignore_subscribe_messages=True, timeout=seconds)
            # One look serves all that rang meanwhile.
            while await self.subscription.get_message(timeout=0):
                pass
        except (RedisError, OSError) as error:
            log.warning("Events are looked for by the clock, Redis can't be reached: %s", error)
            await self._disconnect()
            await asyncio.sleep(seconds)

    async def _connect(self) -> None:
        if not settings.REDIS_URL:
            return
        from redis.asyncio import Redis
        from redis.exceptions import RedisError

        client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5)
        subscription = client.pubsub()
        try:
            await subscription.subscribe(WAKE_CHANNEL)
        except (RedisError, OSError):
            await client.aclose()
            return
        self.client, self.subscription = client, subscription

    async def _disconnect(self) -> None:
        if self.subscription is None:
            return
        from redis.exceptions import RedisError

        subscription, self.subscription = self.subscription, None
        try:
            await subscription.aclose()
            await self.client.aclose()
        except (RedisError, OSError):
            pass


hub = Hub()
drain.when_begun(hub.let_go)
