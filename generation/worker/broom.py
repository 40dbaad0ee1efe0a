"""Sweeps up after workers that are gone, in a thread of its own: a drawing never waits for it. Beat
rings for the same; a beat that is dead loses nothing."""

import logging
import threading

from django.conf import settings
from django.db import close_old_connections, connections

from generation.sweeper import sweep

log = logging.getLogger(__name__)


class Broom(threading.Thread):
    """The first time at once: what a killed predecessor had in hand need not wait for its lease."""

    def __init__(self) -> None:
        super().__init__(name="broom", daemon=True)
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                sweep()
            except Exception:
                log.exception("Lost jobs could not be looked for; it tries again.")
            close_old_connections()
            self.ended.wait(settings.SWEEP_SECONDS)
        connections.close_all()
