"""Who waits for an answer and hangs up is let go whatever happens at that moment."""

import asyncio

import pytest

from chat.mcp import waiting
from pixazo import later

pytestmark = pytest.mark.once


class Events(asyncio.Queue):
    """In place of the hub's."""


async def told_and_cancelled(wait, tell):
    task = asyncio.create_task(wait)
    await asyncio.sleep(0)  # it waits
    await asyncio.sleep(0)
    tell()
    task.cancel()
    await asyncio.wait({task}, timeout=30)
    assert task.cancelled()


def test_waiting_for_events_ends_though_one_comes_with_the_hanging_up(monkeypatch):
    class Event:
        kind, subject = "hello", ""

    async def case():
        queue = Events()
        monkeypatch.setattr(later.hub, "subscribe", lambda channels: queue)
        monkeypatch.setattr(later.hub, "unsubscribe", lambda channels, queue: None)
        watch = later.Announced()
        watch.channel, watch.subjects = "w", ()
        async with watch.heard() as wait:
            await told_and_cancelled(wait(60), lambda: queue.put_nowait(Event()))

    asyncio.run(case())


def test_a_tools_call_that_waits_ends_though_something_happens_with_the_hanging_up():
    async def case():
        queue = Events()
        await told_and_cancelled(waiting._next(queue, 60), lambda: queue.put_nowait("news"))

    asyncio.run(case())
