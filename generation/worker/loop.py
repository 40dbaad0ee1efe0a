"""One loop: claims and draws the jobs of one lane, one call after the other."""

import logging
import threading
import time

from django.conf import settings
from django.db import close_old_connections

from generation import queue, run
from generation.models import Worker
from generation.progress import Progress, Stop
from generation.providers.errors import DeviceLost
from generation.sweeper import sweep
from generation.worker.device import Device
from generation.worker.saver import Saver

log = logging.getLogger(__name__)

# After an error that is not one job's own: a database that is away, mostly.
PAUSE_SECONDS = 1.0
# What ending may take on top of the grace: the last step, and the files.
STOP_SECONDS = 2.0


class Loop(threading.Thread):
    def __init__(self, lane: str, number: int | None = None) -> None:
        self.worker = Worker.name_here(settings.WORKER or lane, number)
        super().__init__(name=self.worker, daemon=True)
        self.lane = lane
        self.bell = threading.Event()
        self.stop = Stop()
        self.progress: Progress | None = None  # of the call that is being drawn
        self.saver = Saver(f"saver of {self.worker}")
        self.device = Device(self.worker)
        self.asked = time.monotonic()  # when the queue last answered

    def run(self) -> None:
        self.saver.start()
        try:
            while not self.stop.is_set():
                # Cleared before the look: a ring during it means another look.
                self.bell.clear()
                if not self.look():
                    self.bell.wait(settings.LOOK_SECONDS)
        finally:
            self.saver.end()

    def look(self) -> bool:
        """Draw what is next; False if there was nothing."""
        try:
            sweep_now_and_then()
            return self.device.is_fit() and self.turn()
        except Exception:
            log.exception("The worker %s could not go on; it tries again.", self.worker)
            time.sleep(PAUSE_SECONDS)
            return False
        finally:
            close_old_connections()

    def turn(self) -> bool:
        jobs = queue.claim([self.lane], self.worker, run.loaded_models())
        self.asked = time.monotonic()
        if not jobs:
            run.tidy()
            return False
        self.draw(Progress(jobs, self.stop))
        return True

    def draw(self, progress: Progress) -> None:
        self.progress = progress
        try:
            drawn = run.draw(progress)
            self.device.works()
            # Kept by another thread while this one draws the next: waits for the ones before.
            self.saver.keep(progress, drawn)
        except DeviceLost as error:
            self.device.fails(error)
        finally:
            self.progress = None
            self.asked = time.monotonic()

    @property
    def at_hand(self) -> list[Progress]:
        """What this loop holds leases for: the call that is drawn, and those that are stored."""
        drawn = [self.progress] if self.progress else []
        return [*drawn, *self.saver.at_hand]

    def ask_to_end(self, grace: float) -> None:
        """The first time counts: who asks again doesn't make it longer."""
        if not self.stop.is_set():
            self.stop.ask(grace)
        self.bell.set()

    def end(self) -> None:
        """After `ask_to_end`: wait as long as the grace allows, then leave the rest to others."""
        self.join(max(0.0, self.stop.deadline - time.monotonic()) + STOP_SECONDS)
        if self.is_alive():
            # Still loading a model, say: others need not wait for the lease.
            self.hand_back("the worker stopped")

    def hand_back(self, note: str) -> None:
        for progress in self.at_hand:
            progress.hand_back(note)


_sweeping = threading.Lock()
_swept = 0.0


def sweep_now_and_then() -> None:
    """Beat rings for this; a beat that is dead loses nothing. At a start it comes first: what a
    killed predecessor had in hand need not wait for its lease."""
    global _swept
    with _sweeping:
        if time.monotonic() - _swept < settings.SWEEP_SECONDS:
            return
        _swept = time.monotonic()
    sweep()
