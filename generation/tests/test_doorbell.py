"""Ringing costs a person nothing, whatever the broker does."""

import threading

import pytest
from django.db import connection
from kombu.exceptions import OperationalError

from generation import doorbell
from generation.doorbell import Ringer, ring
from pixazo.tests.processes import until

pytestmark = pytest.mark.both


def rung(monkeypatch, send, kind=Ringer):
    """A ringer whose messages come to `send`; those of one that an earlier test left go nowhere."""
    ringer = kind()

    def ours(*args, **options):
        if threading.current_thread() is ringer:
            send(*args, **options)

    monkeypatch.setattr("celery.current_app.send_task", ours)
    ringer.start()
    return ringer


def test_a_slow_broker_holds_nobody_up_and_many_rings_become_few(monkeypatch):
    heard, asked, free, last = [], threading.Event(), threading.Event(), threading.Event()

    def slow(name, queue, **options):
        heard.append(queue)
        asked.set()
        free.wait(60)
        if queue == "the last":
            last.set()

    ringer = rung(monkeypatch, slow)
    ringer.ring("gpu")
    assert asked.wait(60)
    for _ in range(1000):
        ringer.ring("gpu")  # would never return if it waited for the broker
    assert heard == ["gpu"]
    free.set()
    ringer.ring("the last")
    assert last.wait(60)
    assert heard.count("gpu") <= 2


def test_rings_that_come_soon_after_a_message_share_the_next_one(monkeypatch):
    heard, rests, over = [], threading.Semaphore(0), threading.Semaphore(0)

    def pause(ringer):
        rests.release()
        over.acquire(timeout=60)

    class Resting(Ringer):
        rest = pause

    ringer = rung(monkeypatch, lambda name, queue, **options: heard.append(queue), Resting)
    ringer.ring("gpu")
    assert rests.acquire(timeout=60)
    for _ in range(1000):
        ringer.ring("gpu")
    over.release()
    assert rests.acquire(timeout=60)
    assert heard == ["gpu", "gpu"]
    over.release(1000)


def test_a_broker_that_is_gone_is_asked_again_later(monkeypatch):
    monkeypatch.setattr("generation.doorbell.PAUSE_SECONDS", 0.01)
    heard, again = [], threading.Event()

    def gone_at_first(name, queue, **options):
        heard.append((name, queue, options["retry"]))
        if len(heard) == 1:
            raise OperationalError("nobody there")
        again.set()

    ringer = rung(monkeypatch, gone_at_first)
    ringer.ring("gpu")
    until(lambda: heard)
    ringer.ring("gpu")
    assert again.wait(60)
    assert heard == [("generation.tasks.work", "gpu", False)] * 2
    assert ringer.is_alive()


@pytest.mark.parametrize(
    ("vendor", "redis", "rung"),
    [("sqlite", "", []), ("sqlite", "redis://host", ["gpu"]), ("postgresql", "", ["gpu"])],
)
def test_at_a_desk_nothing_is_sent(monkeypatch, settings, vendor, redis, rung):
    """Workers hear SQLite itself."""
    heard = []
    settings.REDIS_URL = redis
    monkeypatch.setattr(connection, "vendor", vendor)
    monkeypatch.setattr(doorbell, "_ringer", None)
    monkeypatch.setattr(Ringer, "start", lambda ringer: None)
    monkeypatch.setattr(Ringer, "ring", lambda ringer, lane: heard.append(lane))
    ring("gpu")
    assert heard == rung


def test_no_thread_ever_meets_a_ringer_that_another_has_yet_to_start(monkeypatch, settings):
    seen = []
    settings.REDIS_URL = "redis://host"
    monkeypatch.setattr(doorbell, "_ringer", None)
    monkeypatch.setattr(Ringer, "start", lambda ringer: seen.append(doorbell._ringer))
    ring("gpu")
    assert seen == [None]
    assert doorbell._ringer.lanes == {"gpu"}
