"""Many pages that listen, each as one connection: how long after an event the last of them has it."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tools.bench.table import quantile

HEAD = b"\r\n\r\n"


@dataclass
class Listeners:
    """`gaps` are seconds between two events of one stream; `heard` counts all events."""

    opened: int
    refused: int
    ended: int
    heard: int
    gaps: list[float]

    @property
    def p99(self) -> float:
        return quantile(self.gaps, 0.99) if self.gaps else 0.0


def listen(port: int, paths: Sequence[str], seconds: float) -> Listeners:
    """Open a stream at each of the paths and listen so long."""
    return asyncio.run(_listen(port, paths, seconds))


async def _listen(port: int, paths: Sequence[str], seconds: float) -> Listeners:
    told = Listeners(0, 0, 0, 0, [])
    opening = asyncio.Semaphore(50)  # as pages come back: not all in one moment
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_one(port, path, told, opening)) for path in paths]
        end = time.monotonic() + 60
        while told.opened + told.refused < len(paths) and time.monotonic() < end:
            await asyncio.sleep(0.1)
        told.gaps.clear()
        told.heard = 0
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
    return told


async def _one(port: int, path: str, told: Listeners, opening: asyncio.Semaphore) -> None:
    async with opening:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await asyncio.wait_for(reader.readuntil(HEAD), 30)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            told.refused += 1
            return
    if b" 200 " not in head.split(b"\r\n")[0]:
        told.refused += 1
        return
    told.opened += 1
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
