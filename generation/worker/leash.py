"""How a pool's parent tells its children to claim no more, at once: by closing a pipe. Celery tells
them only after a while, and a parent that was killed tells them nothing."""

import os
import threading
from collections.abc import Callable

_ends: tuple[int, int] | None = None  # to read, to write


def tie() -> None:
    """In the parent, before there are children."""
    global _ends
    _ends = os.pipe()


def let_go() -> None:
    """In the parent: the children stop."""
    global _ends
    if _ends is not None:
        os.close(_ends[1])
        _ends = None


def when_let_go(stop: Callable[[], None]) -> None:
    """In a child: call `stop`, in a thread of its own, when the parent lets go or is gone."""
    if _ends is None:
        return
    read, write = _ends
    os.close(write)
    threading.Thread(target=_wait, args=(read, stop), name="leash", daemon=True).start()


def _wait(read: int, stop: Callable[[], None]) -> None:
    if os.read(read, 1) == b"":
        stop()
