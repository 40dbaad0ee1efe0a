"""A clock that jumps: for Python's callers and for SQLite's `STRFTIME(..., 'NOW')`."""

import datetime
from types import SimpleNamespace, TracebackType
from typing import Any
from unittest import mock

from django.db import connection

UTC = datetime.UTC
# Where our code keeps its own name for the function.
NAMES = (
    "django.utils.timezone.now",
    "generation.queue.report.now",
)
# What looks again once in so many seconds.
LOOKERS = ("generation.estimate.held.time", "generation.queue.work.time")


class VirtualClock:
    """Use as a context manager. What the database calls now is `moment`, in every expression that
    Django writes for SQLite; no code of the queue knows about it."""

    def __init__(self) -> None:
        self.moment = datetime.datetime(2030, 1, 1, tzinfo=UTC)
        self.is_ours = False
        ticks = SimpleNamespace(monotonic=self._seconds)
        ours: dict[str, Any] = dict.fromkeys(NAMES, self.now) | dict.fromkeys(LOOKERS, ticks)
        self.patches = [mock.patch(name, each) for name, each in ours.items()]

    def __enter__(self) -> "VirtualClock":
        if connection.vendor != "sqlite":
            raise RuntimeError("Only SQLite lets a program set the database's clock.")
        connection.ensure_connection()
        # SQLite can't be given its own function back: ours answers by the true time afterwards.
        connection.connection.create_function("strftime", -1, self._strftime)
        self.is_ours = True
        for patch in self.patches:
            patch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for patch in self.patches:
            patch.stop()
        self.is_ours = False

    def now(self) -> datetime.datetime:
        return self.moment if self.is_ours else datetime.datetime.now(UTC)

    def _seconds(self) -> float:
        return self.moment.timestamp()

    def _strftime(self, pattern: str, when: str, shift: str = "+0 seconds") -> str:
        if when != "NOW" or pattern != "%Y-%m-%d %H:%M:%f":
            raise ValueError(f"STRFTIME({pattern!r}, {when!r}) is not played here.")
        moment = self.now() + datetime.timedelta(seconds=float(shift.partition(" ")[0]))
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
