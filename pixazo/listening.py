"""What open pages are told, and what waits for each of them.

A thousand pages may hear the same: it is put into bytes once.
"""

import asyncio
import time
from dataclasses import dataclass
from functools import cached_property
from math import inf

from pixazo.watching.counters import note_dropped

WAITING_EVENTS = 200
QUIET = b": still here\n\n"


@dataclass(frozen=True)
class Told:
    """One thing that streams say, the same to each that says it."""

    channel: str = ""
    kind: str = ""
    subject: str = ""

    @cached_property
    def line(self) -> bytes:
        return f"event: {self.kind}\ndata: {self.subject}\n\n".encode() if self.kind else QUIET


STILL_HERE = Told()
HELLO = Told(kind="hello")
# What ends a stream: it has lasted long enough, or the process was told to end.
OVER = Told(kind="over")


class Listener(asyncio.Queue[Told]):
    """An open page: what waits to be told to it, when it was told something, when it is over."""

    def __init__(self, end: float = inf) -> None:
        super().__init__(WAITING_EVENTS)
        self.end = end
        self.heard = time.monotonic()

    def tell(self, told: Told, moment: float) -> None:
        self.heard = moment
        if self.full():
            note_dropped()
            self.tell_alone(HELLO)  # a page that does not keep up reads everything anew instead
        else:
            self.put_nowait(told)

    def tell_alone(self, told: Told) -> None:
        """What waits is dropped."""
        while not self.empty():
            self.get_nowait()
        self.put_nowait(told)
