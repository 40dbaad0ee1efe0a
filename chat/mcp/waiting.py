"""Waits for the pictures of a request, and tells the client how far they are meanwhile.

No thread and no connection is held between two looks. Whoever stops waiting (a client that cancels
or is gone, a process that ends) stops only that: the pictures are ordered and will be found.
`cancel_generation` ends them (docs/decisions/0011).
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chat.mcp.caller import Caller
from chat.mcp.reporting import jobs_of
from generation.models import Job
from pixazo.draining import drain
from pixazo.hub import hub
from pixazo.listening import Listener

LOOK_SECONDS = 1.0  # at most so long between two looks
AT_ONCE = 16  # calls that wait for one person, in a process; more are answered at once
OVER = 100

Tell = Callable[[float, float, str], Awaitable[None]]
waiting: Counter[Any] = Counter()


@dataclass(frozen=True)
class State:
    """`percent` of all steps of all pictures; OVER only when all have ended."""

    percent: int
    words: str
    who: UUID

    @property
    def is_over(self) -> bool:
        return self.percent >= OVER


def look(caller: Caller, batch_id: UUID) -> State:
    jobs = jobs_of(caller, batch_id)
    done = sum(1.0 if job.is_finished else _share(job) for job in jobs)
    ended = all(job.is_finished for job in jobs)
    percent = OVER if ended else min(int(OVER * done / len(jobs)), OVER - 1)
    return State(percent, _words(jobs), caller.user.pk)


async def wait(
    asking: Callable[[], Awaitable[State]], tell: Tell, batch_id: UUID, channel: str, seconds: float
) -> None:
    """Until all have ended, or so many seconds are over. What is told strictly increases."""
    until, told = monotonic() + seconds, -1
    queue = hub.subscribe([channel])
    who = None
    try:
        while True:
            state = await asking()
            if who is None and (who := state.who):
                waiting[who] += 1
            if state.percent > told:
                told = state.percent
                await tell(told, OVER, state.words)
            left = until - monotonic()
            if state.is_over or left <= 0 or waiting[who] > AT_ONCE or drain.is_begun:
                return
            await _next(queue, min(left, LOOK_SECONDS))
    finally:
        hub.unsubscribe([channel], queue)
        if who is not None:
            waiting[who] -= 1
            if not waiting[who]:
                del waiting[who]


async def _next(queue: Listener, seconds: float) -> None:
    """Something happened in the workspace, or nobody told of it."""
    try:
        async with asyncio.timeout(seconds):
            await queue.get()
        await asyncio.sleep(0.1)  # steps come in twos and threes
        while not queue.empty():
            queue.get_nowait()
    except TimeoutError:
        return


def _share(job: Job) -> float:
    return min(job.step / job.steps, 0.99) if job.steps else 0.0


def _words(jobs: list[Job]) -> str:
    done = sum(job.is_finished for job in jobs)
    now = next((job for job in jobs if not job.is_finished), jobs[-1])
    said = {"done": done, "all": len(jobs), "state": now.get_state_display()}
    return _("%(state)s; %(done)s of %(all)s ended") % said
