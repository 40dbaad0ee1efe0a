"""Many pages that listen, a connection each."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tools.bench.table import quantile

HEAD = b"\r\n\r\n"
OPENING_SECONDS = 60
AGAIN_SECONDS = 0.3


@dataclass
class Listeners:
    """`gaps` are seconds between two events of one stream; `heard` counts all events."""

    wanted: int
    opened: int = 0
    refused: int = 0
    ended: int = 0
    heard: int = 0
    gaps: list[float] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)  # each was opened or refused
    settled_at: float = 0.0

    @property
    def p99(self) -> float:
        return quantile(self.gaps, 0.99) if self.gaps else 0.0

    def answered(self, *, well: bool) -> None:
        self.opened += well
        self.refused += not well
        if self.opened + self.refused == self.wanted:
            self.settled_at = time.monotonic()
            self.settled.set()


def listen(
    port: int,
    paths: Sequence[str],
    seconds: float,
    *,
    patiently: bool = False,
    mark: Callable[[], None] = lambda: None,
) -> Listeners:
    """Open a stream at each of the paths and listen so long. `patiently`: who is refused tries
    again, as a browser does. `mark` is called as soon as all are open, and before they end."""
    return asyncio.run(_listen(port, paths, seconds, patiently, mark))


async def _listen(
    port: int, paths: Sequence[str], seconds: float, patiently: bool, mark: Callable[[], None]
) -> Listeners:
    told = Listeners(len(paths))
    opening = asyncio.Semaphore(50)  # as pages come back: not all in one moment
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_one(port, path, told, opening, patiently)) for path in paths]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.settled.wait(), OPENING_SECONDS)
        told.gaps.clear()
        told.heard = 0
        mark()
        await asyncio.sleep(seconds)
        mark()
        for task in tasks:
            task.cancel()
    return told


async def _one(
    port: int, path: str, told: Listeners, opening: asyncio.Semaphore, patiently: bool
) -> None:
    head = b""
    until = time.monotonic() + OPENING_SECONDS
    while not head:
        async with opening:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                head = await asyncio.wait_for(reader.readuntil(HEAD), 30)
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                head = b""
        if not patiently or time.monotonic() > until:
            break
        if not head:
            await asyncio.sleep(AGAIN_SECONDS)
    is_open = b" 200 " in head.split(b"\r\n")[0]
    told.answered(well=is_open)
    if not is_open:
        return
    last = 0.0
    with contextlib.suppress(asyncio.IncompleteReadError, OSError):
        while True:
            line = await reader.readuntil(b"\n")
            if line.startswith(b"event:"):
                now = time.monotonic()
                if last:
                    told.gaps.append(now - last)
                last = now
                told.heard += 1
    told.ended += 1
