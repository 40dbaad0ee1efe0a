"""One reader of events for each process, and one queue for each open page."""

import asyncio
import logging
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connection

from pixazo.draining import drain
from pixazo.events import WAKE_CHANNEL, kept_events
from pixazo.models import Event
from pixazo.watching.counters import note_dropped

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1 if connection.vendor == "sqlite" else 1.0
WAITING_EVENTS = 200
# What has the streams of this process end: it was told to.
LEAVE = "leave"
# On PostgreSQL a row with a lower id may be committed after one with a higher id, so each look
# goes back a little, and what was already told is left out.
LOOK_BACK = 500


class Hub:
    """Reads the events table for the whole process and hands each event to whom it concerns.

    A page reads its state when it hears `hello`. That is said only once it is known where to
    begin: a change is then either in what the page reads, or told after it.
    """

    def __init__(self) -> None:
        self.queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)
        self.reader = ThreadPoolExecutor(1, thread_name_prefix="events")
        self.task: asyncio.Task[None] | None = None
        self.begun = False
        self.last = 0
        self.told: set[int] = set()
        self.version = -1

    def subscribe(self, channels: list[str]) -> asyncio.Queue[Event]:
        queue: asyncio.Queue[Event] = asyncio.Queue(WAITING_EVENTS)
        for channel in channels:
            self.queues[channel].add(queue)
        if self.task is None or self.task.done():
            self.begun = False
            self.task = asyncio.create_task(self._run())
        elif self.begun:
            _greet(queue)
        return queue

    def unsubscribe(self, channels: list[str], queue: asyncio.Queue[Event]) -> None:
        for channel in channels:
            self.queues[channel].discard(queue)
            if not self.queues[channel]:
                del self.queues[channel]
        if not self.queues and self.task is not None:
            self.task.cancel()
            self.task = None

    def let_go(self) -> None:
        """The process ends: wake all who wait for events."""
        for queue in self._all():
            _put_alone(queue, LEAVE)

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
                        self._greet_all()
                    for event in await loop.run_in_executor(self.reader, self._read):
                        self._tell(event)
                    await bell.wait(LOOK_SECONDS)
                except Exception:
                    # Whatever it was: a hub that ended would leave its pages with heartbeats only.
                    log.exception("The events can't be read; beginning anew.")
                    self.begun = False
                    await asyncio.sleep(1)

    def _greet_all(self) -> None:
        for queue in self._all():
            _greet(queue)

    def _all(self) -> set[asyncio.Queue[Event]]:
        return set().union(*self.queues.values())

    def _tell(self, event: Event) -> None:
        for queue in self.queues.get(event.channel, ()):
            if queue.full():
                note_dropped()
                _greet(queue)  # a page that does not keep up reads everything anew instead
            else:
                queue.put_nowait(event)

    def _begin(self) -> None:
        """Find where to begin, over a new connection. Runs in the reader's thread."""
        connection.close()
        self.version = -1  # that of another connection says nothing about this one
        _, self.last = kept_events()
        self.told = set(
            Event.objects.filter(id__gt=self.last - LOOK_BACK).values_list("id", flat=True)
        )

    def _read(self) -> list[Event]:
        """New events since the last look. Runs in the reader's thread, with its own connection."""
        version = self.version
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                version = cursor.execute("PRAGMA data_version").fetchone()[0]
            if version == self.version:
                return []
        found = Event.objects.filter(id__gt=self.last - LOOK_BACK).order_by("id")
        events = [event for event in found if event.pk not in self.told]
        if events:
            self.last = max(self.last, events[-1].pk)
            self.told.update(event.pk for event in events)
            self.told = {pk for pk in self.told if pk > self.last - LOOK_BACK}
        self.version = version
        return events


def _greet(queue: asyncio.Queue[Event]) -> None:
    """Have the page read everything anew; what waits to be told is part of that."""
    _put_alone(queue, "hello")


def _put_alone(queue: asyncio.Queue[Event], kind: str) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(Event(kind=kind))


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
