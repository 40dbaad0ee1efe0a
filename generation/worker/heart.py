"""Reports the loops of a process and renews their leases, from the outside of a drawing that may
hang; ends the process when something in it does hang."""

import logging
import os
import threading
import time
from collections.abc import Sequence

from django.conf import settings
from django.db import close_old_connections, connections
from django.db.models.functions import Now

from generation.models import Job, Worker
from generation.progress import Progress
from generation.worker.loop import Loop
from pixazo import landmarks

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
# A loop that has not asked the queue for so long, though something waits, hears nothing any more.
DEAF_SECONDS = 30.0
HUNG, DEAF = 70, 75  # exit codes


class Heart(threading.Thread):
    def __init__(self, loops: Sequence[Loop]) -> None:
        super().__init__(name=f"heart of {loops[0].worker}", daemon=True)
        self.loops = tuple(loops)
        self.ended = threading.Event()

    def run(self) -> None:
        pause = min(HEARTBEAT_SECONDS, settings.LEASE_SECONDS / 3)
        while not self.ended.is_set():
            self.beat_all()
            self.ended.wait(pause)
        Worker.objects.filter(name__in=[loop.worker for loop in self.loops]).delete()
        connections.close_all()

    def beat_all(self) -> None:
        for loop in self.loops:
            try:
                self.beat(loop)
            except Exception:
                log.exception("The worker %s could not report itself.", loop.worker)
        close_old_connections()

    def beat(self, loop: Loop) -> None:
        # Leases first: everything else may wait.
        for progress in loop.at_hand:
            progress.renew()
        self.recycle_if_hung(loop)
        self.recycle_if_deaf(loop)
        Worker.objects.update_or_create(name=loop.worker, defaults=report(loop))

    def recycle_if_hung(self, loop: Loop) -> None:
        """Nothing in Python ends a thread that hangs in a library; ending the process does.

        The pool's parent or the supervisor starts another; the lease has run out by now.
        """
        progress = loop.progress
        if progress and progress.overtime > settings.LEASE_SECONDS:
            log.critical("The drawing in %s hangs: its process ends.", loop.worker)
            self.exit(HUNG, besides=progress)

    def recycle_if_deaf(self, loop: Loop) -> None:
        """Alive, idle, and yet it does not look for what waits (F14)."""
        if loop.stop.is_set() or loop.progress or loop.device.trouble:
            return
        if time.monotonic() - loop.asked < DEAF_SECONDS + settings.LOOK_SECONDS:
            return
        if Job.objects.waiting().filter(lane=loop.lane).exists():
            log.critical("Jobs wait and %s does not look: its process ends.", loop.worker)
            self.exit(DEAF)

    def exit(self, code: int, besides: Progress | None = None) -> None:
        """What the other loops of this process have in hand is not lost with it."""
        for loop in self.loops:
            for progress in loop.at_hand:
                if progress is not besides:
                    progress.hand_back("the worker ended")
        landmarks.reach(landmarks.DEAF if code == DEAF else landmarks.HUNG)
        os._exit(code)


def report(loop: Loop) -> dict[str, object]:
    """The loop's row, as it is now."""
    # As the loop noted: what a provider has loaded is its drawing thread's, and a device may
    # answer late while it is at work.
    equipment, loaded = loop.equipment, list(loop.loaded)
    progress = loop.progress
    return {
        "lanes": loop.lane,
        "device": equipment.device,
        "precision": equipment.precision,
        "loaded_model": next(iter(loaded), ""),
        "loaded_models": loaded,
        "memory_used": equipment.memory[0] if equipment.memory else None,
        "memory_total": equipment.memory[1] if equipment.memory else None,
        "resident": resident(),
        "last_step": progress.reached if progress else "",
        "trouble": loop.device.trouble,
        "busy": progress is not None,
        "seen": Now(),
    }


def resident() -> int | None:
    """Bytes of memory that this process holds; None where the system does not say."""
    try:
        with open("/proc/self/statm") as told:
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None
