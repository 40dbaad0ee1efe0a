"""Django's SQLite, whose transactions wait for those of the same process in a line.

SQLite lets one write at a time and has the others look again after ever longer pauses, up to a
tenth of a second: nobody may be writing while all of them sleep, and who came last may be first.
Within a process a lock tells who waits at once. Other processes are waited for as before.
"""

import os
import threading
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base

# Whoever waited so long tries without a turn, and hears from SQLite why not.
LONGEST = 20.0


class DatabaseWrapper(base.DatabaseWrapper):
    has_turn = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        _make_private(str(conn_params["database"]))
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        if not self.has_turn:
            self.has_turn = _turn.acquire(timeout=LONGEST)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self.has_turn:
            self.has_turn = False
            _turn.release()


def _make_private(name: str) -> None:
    """A new database is its owner's alone; SQLite gives -wal and -shm beside it the same mode."""
    if name == ":memory:" or name.startswith("file:"):
        return
    with suppress(OSError):  # there already; what else is wrong SQLite says
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


_turn = threading.Lock()


def _forget() -> None:
    """A child has none of the threads that could end a turn."""
    global _turn
    _turn = threading.Lock()


os.register_at_fork(after_in_child=_forget)
