"""How a pool's parent tells its children what to do, at once: through pipes. Celery tells them only
after a while, and a parent that was killed tells them nothing."""

import os
import threading
from collections.abc import Callable

NOW = b"!"
MOST_CHILDREN = 64


class Leash:
    """From a parent to its children. It is let go once; a parent that is gone lets go, too."""

    def __init__(self) -> None:
        self._ends: tuple[int, int] | None = None  # to read, to write

    def tie(self) -> None:
        """In the parent, before there are children."""
        self._ends = os.pipe()

    def let_go(self, word: bytes = b"") -> None:
        """In the parent. `word`, of one byte, is said to each child."""
        if self._ends is not None:
            _read, write = self._ends
            self._ends = None
            os.write(write, word * MOST_CHILDREN)
            os.close(write)

    def when_let_go(self, act: Callable[[], None], word: bytes = b"") -> None:
        """In a child: call `act`, in a thread of its own, when that word is said; without a word,
        when the parent lets go or is gone."""
        if self._ends is None:
            return
        read, write = self._ends
        os.close(write)
        threading.Thread(target=_wait, args=(read, act, word), name="leash", daemon=True).start()


def _wait(read: int, act: Callable[[], None], word: bytes) -> None:
    if os.read(read, 1) == word:
        act()


stop = Leash()  # claim no more, and finish what the grace allows
quit_now = Leash()  # hand everything back, too
