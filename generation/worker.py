"""The loops that claim and draw, one per lane, each a thread of a worker process.

Celery only rings: `wake` sets an event. Without Redis, and without a ring, a loop looks by itself
every LOOK_SECONDS (decision 2).
"""

import logging
import os
import socket
import threading
import time
from typing import Any

from celery import current_app, signals
from django.conf import settings
from django.db import close_old_connections, connections
from django.db.models.functions import Now

from generation import queue
from generation.models import ImageModel, Worker
from generation.progress import Progress, Stop
from generation.run import equipment, loaded_models, run
from generation.sweeper import sweep

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
# After an error that is not one job's own: a database that is away, mostly.
PAUSE_SECONDS = 1.0
# What ending may take on top of the grace: the last step, and the files.
STOP_SECONDS = 2.0

_loops: list["Loop"] = []


def start(lanes: set[str]) -> None:
    """Begin to claim and draw in this process."""
    for lane in sorted(lanes & set(ImageModel.Lane.values)):
        loop = Loop(lane)
        _loops.append(loop)
        loop.start()


def wake() -> None:
    for loop in _loops:
        loop.bell.set()


def stop() -> None:
    """Claim no more; finish or hand back what is being drawn. Takes a few seconds at most."""
    while _loops:
        loop = _loops.pop()
        loop.end(settings.GRACE_SECONDS)


class Loop(threading.Thread):
    """Claims and draws the jobs of one lane, one call after the other."""

    def __init__(self, lane: str) -> None:
        self.worker = f"{lane}@{socket.gethostname()}:{os.getpid()}"
        super().__init__(name=self.worker, daemon=True)
        self.lane = lane
        self.bell = threading.Event()
        self.stop = Stop()
        self.progress: Progress | None = None
        self.swept = 0.0

    def run(self) -> None:
        heart = Heart(self)
        heart.start()
        while not self.stop.is_set():
            # Cleared before the look: a ring during it means another look.
            self.bell.clear()
            if not self.look():
                self.bell.wait(settings.LOOK_SECONDS)
        heart.end()

    def look(self) -> bool:
        """Draw what is next; False if there was nothing."""
        try:
            self.sweep_now_and_then()
            return self.turn()
        except Exception:
            log.exception("The worker %s could not go on; it tries again.", self.worker)
            time.sleep(PAUSE_SECONDS)
            return False
        finally:
            close_old_connections()

    def turn(self) -> bool:
        jobs = queue.claim([self.lane], self.worker, loaded_models())
        if not jobs:
            return False
        self.progress = Progress(jobs, self.stop)
        try:
            run(self.progress)
        finally:
            self.progress = None
        return True

    def sweep_now_and_then(self) -> None:
        """Beat rings for this; a beat that is dead loses nothing."""
        if time.monotonic() - self.swept > settings.SWEEP_SECONDS:
            sweep()
            self.swept = time.monotonic()

    def end(self, grace: float) -> None:
        self.stop.ask(grace)
        self.bell.set()
        self.join(grace + STOP_SECONDS)
        # Still loading a model, say: others need not wait for the lease.
        if (progress := self.progress) and self.is_alive():
            progress.hand_back("the worker stopped")


class Heart(threading.Thread):
    """Reports the worker and renews its leases, from the outside of a drawing that may hang."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(name=f"heart of {loop.worker}", daemon=True)
        self.loop = loop
        self.ended = threading.Event()

    def end(self) -> None:
        self.ended.set()
        self.join()

    def run(self) -> None:
        pause = min(HEARTBEAT_SECONDS, settings.LEASE_SECONDS / 3)
        while not self.ended.is_set():
            try:
                self.beat()
            except Exception:
                log.exception("The worker %s could not report itself.", self.loop.worker)
            finally:
                close_old_connections()
            self.ended.wait(pause)
        Worker.objects.filter(name=self.loop.worker).delete()
        connections.close_all()

    def beat(self) -> None:
        progress = self.loop.progress
        if progress:
            progress.renew()
            self.recycle_if_hung(progress)
        device, precision = equipment()
        Worker.objects.update_or_create(
            name=self.loop.worker,
            defaults={
                "lanes": self.loop.lane,
                "device": device,
                "precision": precision,
                "loaded_model": next(iter(loaded_models().values()), ""),
                "busy": progress is not None,
                "seen": Now(),
            },
        )

    def recycle_if_hung(self, progress: Progress) -> None:
        """Nothing in Python ends a thread that hangs in a library; ending the process does.

        The pool's parent or the supervisor starts another; the lease has run out by now.
        """
        if progress.silent_seconds > progress.patience + settings.LEASE_SECONDS:
            log.critical("The drawing in %s hangs: its process ends.", self.loop.worker)
            os._exit(70)


def consumed_lanes() -> set[str]:
    """The queues that this Celery worker was told to listen to."""
    return set(current_app.amqp.queues.consume_from)


@signals.worker_init.connect
def _worker_begins(**kwargs: Any) -> None:
    """Celery's own receiver closes what a new child inherited of the database, its pool too. It is
    connected at this signal, before ours: the loops start when that is done."""
    signals.worker_process_init.connect(_child_started)


def _child_started(**kwargs: Any) -> None:
    """In each child of a prefork pool."""
    start(consumed_lanes())


@signals.worker_process_shutdown.connect
def _child_stops(**kwargs: Any) -> None:
    stop()


@signals.worker_ready.connect
def _worker_started(sender: Any, **kwargs: Any) -> None:
    """A pool of threads has no children: the loops live in the worker's own process."""
    if not hasattr(sender.pool, "did_start_ok"):
        start(consumed_lanes())


@signals.worker_shutting_down.connect
def _worker_stops(**kwargs: Any) -> None:
    stop()
