"""Wakes loops, as few as will do: for a job that is alone, all of a lane's would ask the queue at
the same moment, and take the processor from whoever draws beside them."""

from collections.abc import Iterable

from generation.worker.loop import Loop


def ring(loops: Iterable[Loop], lane: str) -> None:
    """Have an idle loop of the lane look. If it finds something, it has another one look.

    One that is at work looks by itself when it is done.
    """
    for loop in loops:
        if loop.lane == lane and loop.is_idle and not loop.bell.is_set():
            loop.bell.set()
            return
