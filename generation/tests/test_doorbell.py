"""Ringing costs a person nothing, whatever the broker does."""

import threading
import time

from kombu.exceptions import OperationalError

from generation.doorbell import Ringer


def rung(monkeypatch, send):
    monkeypatch.setattr("celery.current_app.send_task", send)
    ringer = Ringer()
    ringer.start()
    return ringer


def test_a_slow_broker_holds_nobody_up_and_many_rings_become_few(monkeypatch):
    heard, free = [], threading.Event()

    def slow(name, queue, **options):
        heard.append(queue)
        free.wait(10)

    ringer = rung(monkeypatch, slow)
    begun = time.monotonic()
    for _ in range(1000):
        ringer.ring("gpu")
    assert time.monotonic() - begun < 1
    free.set()
    time.sleep(0.2)
    assert 1 <= len(heard) <= 3


def test_a_broker_that_is_gone_is_asked_again_later(monkeypatch):
    monkeypatch.setattr("generation.doorbell.PAUSE_SECONDS", 0.01)
    heard = []

    def gone_at_first(name, queue, **options):
        heard.append((name, queue, options["retry"]))
        if len(heard) == 1:
            raise OperationalError("nobody there")

    ringer = rung(monkeypatch, gone_at_first)
    ringer.ring("gpu")
    time.sleep(0.2)
    ringer.ring("gpu")
    time.sleep(0.2)
    assert heard == [("generation.tasks.work", "gpu", False)] * 2
    assert ringer.is_alive()
