"""One loop: claims and draws the jobs of one lane, one call after the other."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from generation import queue, run
from generation.models import Worker
from generation.progress import Progress, Stop
from generation.providers.errors import DeviceLost
from generation.worker.device import Device
from generation.worker.saver import Saver

log = logging.getLogger(__name__)

# After an error that is not one job's own: a database that is away, mostly.
PAUSE_SECONDS = 1.0
# What ending may take on top of the grace: the last step, and the files.
STOP_SECONDS = 2.0
# What the saver gets to store what is drawn before a process ends that lost its device.
SAVE_SECONDS = 20.0


class Loop(threading.Thread):
    def __init__(
        self, lane: str, number: int | None = None, found: Callable[[str], None] = lambda lane: None
    ) -> None:
        """`found` is called with the lane when something waited in it: more may."""
        self.worker = Worker.name_here(settings.WORKER or lane, number)
        super().__init__(name=self.worker, daemon=True)
        self.lane = lane
        self.found = found
        self.bell = threading.Event()
        self.stop = Stop()
        self.progress: Progress | None = None  # of the call that is being drawn
        # What is kept makes room for more of the same person's.
        self.saver = Saver(f"saver of {self.worker}", self.bell.set)
        self.device = Device(self.worker)
        self.asked = time.monotonic()  # when the queue last answered
        self.equipment = run.Equipment()  # noted after each call, for the heart
        self.loaded: tuple[str, ...] = ()  # slugs, latest used first

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
            return self.device.is_fit() and self.turn()
        except Exception:
            log.exception("The worker %s could not go on; it tries again.", self.worker)
            time.sleep(PAUSE_SECONDS)
            return False
        finally:
            close_old_connections()

    def turn(self) -> bool:
        # Overtaken by others that look at the same moment: it looks again at once.
        loaded = run.loaded_models()
        jobs = queue.claim([self.lane], self.worker, loaded, self.bell.set)
        self.asked = time.monotonic()
        if not jobs:
            run.tidy()
            self.note()
            return False
        self.draw(Progress(jobs, self.stop))
        return True

    def draw(self, progress: Progress) -> None:
        self.progress = progress
        try:
            self.found(self.lane)
            if drawn := run.draw(progress):
                self.device.works()
                # Kept by another thread while this one draws the next: waits for the ones before.
                self.saver.keep(progress, drawn)
        except DeviceLost as error:
            self.device.fails(error)
            if self.device.is_lost:
                self.leave()
        finally:
            self.progress = None
            self.asked = time.monotonic()
            self.note()

    def leave(self) -> None:
        """End the process; what is drawn is kept before, or drawn again by another."""
        self.saver.end(SAVE_SECONDS)
        self.hand_back("the device was lost")
        self.device.end_process()

    def note(self) -> None:
        self.equipment = run.equipment()
        self.loaded = tuple(run.loaded_models().values())

    @property
    def is_idle(self) -> bool:
        return self.progress is None

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

    def quit(self) -> None:
        """At once: what is being drawn is handed back, and the drawing ends at its next step."""
        self.stop.ask(0)
        self.bell.set()
        try:
            self.hand_back("the worker was told to quit")
        except (InterfaceError, OperationalError):
            log.warning("The worker %s could not hand back; its leases run out.", self.worker)

    def end(self, until: float) -> None:
        """After `ask_to_end`: wait until then, and leave the rest to others."""
        self.join(max(0.0, until - time.monotonic()))
        if self.is_alive():
            # Still loading a model, say: others need not wait for the lease.
            self.hand_back("the worker stopped")

    def hand_back(self, note: str) -> None:
        for progress in self.at_hand:
            progress.hand_back(note)


def end_all(loops: Sequence[Loop]) -> None:
    """After `ask_to_end`: all of them have the same time, as long as the grace allows."""
    deadlines = [loop.stop.deadline for loop in loops]
    until = max(time.monotonic(), *deadlines) + STOP_SECONDS
    for loop in loops:
        loop.end(until)
