"""What is drawn is stored while the next is being drawn, and loses nothing by it."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.utils.timezone import now

from billing.models import LedgerEntry
from generation import keep, pictures, providers, worker
from generation.invariants import violations
from generation.models import Image, Job
from generation.storage import stored_keys
from generation.sweeper import sweep
from generation.tests.engine import ask, ask_one, claim, without_cap
from generation.tests.test_worker import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def slow_store(monkeypatch):
    """Storing waits until the test lets it."""
    store, gate = pictures.store, threading.Event()
    gate.storing = threading.Event()

    def waits(*args, **named):
        gate.storing.set()
        assert gate.wait(60)
        return store(*args, **named)

    monkeypatch.setattr("generation.keep.pictures.store", waits)
    yield gate
    gate.set()


@pytest.fixture
def loop(settings, alice):
    without_cap(alice)
    settings.LOOK_SECONDS = 0.05
    settings.GRACE_SECONDS = 20
    settings.SWEEP_SECONDS = 600  # after the first: the test sweeps
    settings.REMOTE_CALLS = 1
    worker.start({"remote"})
    yield worker._loops[0]
    worker.stop()
    connections.close_all()


def test_the_next_is_drawn_while_one_is_stored(studio, painter, slow_store, loop):
    calls = providers.provider("fake").calls
    calls.clear()
    ask(studio, painter, count=4)
    until(lambda: len(calls) == 2)
    assert not Image.objects.exists()
    # And no further: the pictures must not heap up in memory.
    assert loop.saver.at_hand
    slow_store.set()
    until(lambda: Image.objects.count() == 4)
    assert violations(idle=True) == []


def test_what_is_stored_keeps_its_lease(studio, painter, slow_store, loop):
    job = ask_one(studio, painter)
    assert slow_store.storing.wait(60)
    until(lambda: loop.progress is None)
    Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    worker.Heart([loop]).beat(loop)
    assert sweep() == 0
    slow_store.set()
    until(lambda: Job.objects.filter(pk=job.pk, state="succeeded", attempt=1).exists())


def test_stopping_waits_for_what_is_being_stored(studio, painter, slow_store, loop):
    job = ask_one(studio, painter)
    assert slow_store.storing.wait(60)
    threading.Timer(0.2, slow_store.set).start()
    worker.stop()
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_a_store_that_never_ends_does_not_hold_the_stop(
    studio, painter, slow_store, loop, settings, monkeypatch
):
    settings.GRACE_SECONDS = 0.1
    monkeypatch.setattr("generation.worker.loop.STOP_SECONDS", 0.1)
    job = ask_one(studio, painter)
    assert slow_store.storing.wait(60)
    worker.stop()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 0)
    slow_store.set()
    loop.join()
    # What it had stored meanwhile was nobody's any more.
    assert not Image.objects.exists()
    assert list(stored_keys()) == []
    assert violations() == []


def test_a_picture_stored_too_late_is_thrown_away(studio, painter, slow_store, loop, monkeypatch):
    """It was taken for lost and drawn by another; the fence holds for the saver as well."""
    job = ask_one(studio, painter)
    assert slow_store.storing.wait(60)
    monkeypatch.setattr(loop, "turn", lambda: False)
    assert Job.objects.get(pk=job.pk).lose(Job.objects.active(), 3)
    (mine,) = claim("other")
    slow_store.set()
    until(lambda: not loop.saver.at_hand)
    assert mine.is_still_mine()
    assert not Image.objects.exists()
    assert list(stored_keys()) == []


def test_a_database_that_is_away_costs_the_saver_nothing_but_time(
    studio, painter, loop, monkeypatch
):
    monkeypatch.setattr(keep, "COMMIT_PAUSES", (0.01, 0.01))
    succeed, calls = Job.succeed, []

    def away(self, image):
        calls.append(image)
        if len(calls) <= 2:
            raise OperationalError("the connection was cut")
        return succeed(self, image)

    monkeypatch.setattr(Job, "succeed", away)
    ask_one(studio, painter)
    until(Image.objects.exists)
    assert len(calls) == 3
    assert LedgerEntry.objects.filter(kind="capture").count() == 1
    assert violations(idle=True) == []


def test_an_answer_lost_at_the_start_of_saving_does_not_lose_the_picture(
    studio, painter, loop, monkeypatch
):
    monkeypatch.setattr(keep, "COMMIT_PAUSES", (0.01,))
    start_saving, lost = Job.start_saving, []

    def deaf(self):
        answer = start_saving(self)
        if not lost:
            lost.append(answer)
            raise OperationalError("server closed the connection unexpectedly")
        return answer

    monkeypatch.setattr(Job, "start_saving", deaf)
    job = ask_one(studio, painter)
    until(Image.objects.exists)
    job.refresh_from_db()
    assert (lost, job.attempt) == ([True], 1)
