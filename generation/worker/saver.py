"""Keeps what is drawn while the next picture is being drawn: encoding and storing take as long as
a small picture's own steps, and the device should not wait for them."""

import logging
import threading
from collections.abc import Callable, Sequence

from django.db import close_old_connections

from generation.keep import Drawn, keep
from generation.progress import Progress

log = logging.getLogger(__name__)


class Saver(threading.Thread):
    """At most one call behind: who draws faster than the disk writes waits in `keep`."""

    def __init__(self, name: str, kept: Callable[[], None] = lambda: None) -> None:
        """`kept` is called when all of a call's pictures are stored."""
        super().__init__(name=name, daemon=True)
        self.kept = kept
        self.changed = threading.Condition()
        self.progress: Progress | None = None  # of the pictures that are being stored
        self.drawn: Sequence[Drawn] = ()
        self.ending = False

    @property
    def at_hand(self) -> list[Progress]:
        progress = self.progress
        return [progress] if progress else []

    def keep(self, progress: Progress, drawn: Sequence[Drawn]) -> None:
        """Hand over what a call has made. Its leases are renewed until it is stored."""
        if not drawn:
            return
        with self.changed:
            self.changed.wait_for(lambda: self.progress is None)
            self.progress, self.drawn = progress, drawn
            self.changed.notify_all()

    def end(self, seconds: float | None = None) -> None:
        """Store what is there, then no more; waited for so long."""
        with self.changed:
            self.ending = True
            self.changed.notify_all()
        if self.is_alive():
            self.join(seconds)

    def run(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.progress or self.ending)
                if self.progress is None:
                    return
            for drawn in self.drawn:
                self.store(drawn)
            close_old_connections()
            with self.changed:
                self.progress, self.drawn = None, ()
                self.changed.notify_all()
            self.kept()

    def store(self, drawn: Drawn) -> None:
        try:
            keep(drawn)
        except Exception:
            # The database is away, mostly: the lease runs out, and the picture is drawn again.
            log.exception("The picture of %s could not be kept; it is made again.", drawn.job.pk)
