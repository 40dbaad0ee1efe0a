"""How many requests of a web process are at the processor at a time.

Threads of one process take it from one another between any two statements: with more of them at it
all are answered later, and each costs more. Who waits for others on the net gives the place back
meanwhile.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.db import connection

SQLITE = 2
# Another one works while the database's server is waited for.
WITH_A_SERVER = 4
# Whoever waited so long goes anyway: those before may wait for something that nobody thought of.
LONGEST_WAIT = 0.25  # seconds


class Places:
    def __init__(self, number: int) -> None:
        self.free = threading.Semaphore(number)
        self.thread = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        self._take()
        try:
            yield
        finally:
            self._give_back()

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """Of a thread that has none, nothing changes."""
        if not self._give_back():
            yield
            return
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        self.thread.has_one = self.free.acquire(timeout=LONGEST_WAIT)

    def _give_back(self) -> bool:
        had_one = getattr(self.thread, "has_one", False)
        if had_one:
            self.thread.has_one = False
            self.free.release()
        return had_one


@cache
def places() -> Places:
    """Those of this process."""
    return Places(SQLITE if connection.vendor == "sqlite" else WITH_A_SERVER)
