"""Hears of new work at a desk. SQLite itself says cheaply whether anything was written; a ring
through the broker's files would be heard later, and pass through two processes."""

import logging
import threading
from collections.abc import Sequence

from django.db import DatabaseError, InterfaceError, connection, connections

from generation.models import Job
from generation.worker import bells
from generation.worker.loop import Loop
from pixazo.prepared import Rows

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.01
PAUSE_SECONDS = 1.0  # after an error

WAITING = Rows(
    lambda lane: Job.objects.waiting().filter(lane=lane).order_by().only("pk")[:1], lane=str
)


class Ear(threading.Thread):
    """Rings for the loops of this process. On other databases there is none (see `wire`)."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        super().__init__(name="ear", daemon=True)
        self.loops = tuple(loops)
        self.ended = threading.Event()
        self.version = 0

    def run(self) -> None:
        pause = LOOK_SECONDS
        while not self.ended.wait(pause):
            pause = LOOK_SECONDS
            try:
                self.listen()
            except (DatabaseError, InterfaceError) as error:
                log.warning("New work is heard of late: %s", error)
                connection.close()
                pause = PAUSE_SECONDS
        connections.close_all()

    def listen(self) -> None:
        idle = {loop.lane for loop in self.loops if loop.is_idle}
        if not idle:
            return  # who draws looks by itself when it is done
        # The connection stays open: the number says what others wrote since it was opened.
        with connection.cursor() as cursor:
            (version,) = cursor.execute("PRAGMA data_version").fetchone()
        if version == self.version:
            return
        self.version = version
        for lane in idle:
            if WAITING(lane=lane):
                bells.ring(self.loops, lane)
