"""The only place that rings for workers.

The message is sent by a thread of its own: a broker that is slow or gone costs the person nothing,
and many rings at once become a few messages. One that is lost costs a worker's next look.
"""

import logging
import os
import threading
import time

from celery import current_app
from django.conf import settings
from django.db import connection
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0  # after a broker that could not be reached
# After a message, before the next one: to send it takes as much of the process's time as to accept
# a picture, and whoever was called once looks for all that waits.
REST_SECONDS = 0.02


def ring(lane: str) -> None:
    """Tell the workers of a lane that something waits. Returns at once and never raises."""
    if connection.vendor == "sqlite" and not settings.REDIS_URL:
        return  # they hear SQLite itself (generation/worker/ear.py), sooner than files
    global _ringer
    # Threads don't survive a fork, nor an error that nobody thought of.
    ringer = _ringer
    if ringer is None or ringer.process != os.getpid() or not ringer.is_alive():
        ringer = Ringer()
        ringer.start()
        _ringer = ringer  # only now: another thread may look at this moment
    ringer.ring(lane)


def channel(lane: str) -> str:
    """Where workers hear it in Redis (generation/worker/wire.py)."""
    return f"pixazo:work:{lane}"


class Ringer(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="doorbell", daemon=True)
        self.process = os.getpid()
        self.lanes: set[str] = set()
        self.changed = threading.Condition()

    def ring(self, lane: str) -> None:
        with self.changed:
            if lane not in self.lanes:
                self.lanes.add(lane)
                self.changed.notify()

    def run(self) -> None:
        while True:
            with self.changed:
                while not self.lanes:
                    self.changed.wait()
                lane = self.lanes.pop()
            self.send(lane)
            self.rest()

    def send(self, lane: str) -> None:
        try:
            if settings.REDIS_URL and _called(lane):
                return
            # Old rings are worth nothing: without a worker they must not heap up.
            current_app.send_task(
                "generation.tasks.work", queue=lane, retry=False, expires=60, ignore_result=True
            )
        except (KombuError, OSError) as error:
            log.warning(
                "The doorbell of %s could not be rung, workers look by themselves: %s", lane, error
            )
            time.sleep(PAUSE_SECONDS)

    def rest(self) -> None:
        time.sleep(REST_SECONDS)


def _called(lane: str) -> bool:
    """Whether a worker heard it without the broker, whose messages take a longer way."""
    from redis import RedisError

    from pixazo.redis import connection as redis

    try:
        return bool(redis().publish(channel(lane), ""))
    except (RedisError, OSError):
        return False


_ringer: Ringer | None = None
