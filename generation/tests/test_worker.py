"""The loop in a worker's process: it looks, draws, reports itself and ends in good order."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.utils.timezone import now

from generation import providers, worker
from generation.invariants import violations
from generation.models import Job, Worker
from generation.progress import Progress
from generation.tests.engine import ask, ask_one, claim

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loop(settings):
    settings.LOOK_SECONDS = 0.05
    settings.GRACE_SECONDS = 0.2
    settings.REMOTE_CALLS = 1
    worker.start({"remote", "chores"})
    (loop,) = worker._loops
    yield loop
    worker.stop()
    connections.close_all()


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("It did not happen.")


def is_state(job, state):
    return lambda: Job.objects.filter(pk=job.pk, state=state).exists()


def test_it_finds_work_without_being_rung(studio, painter, loop):
    job = ask_one(studio, painter)
    until(is_state(job, "succeeded"))
    assert violations(idle=True) == []


def test_a_ring_is_heard_at_once(studio, painter, settings, loop, monkeypatch):
    rests, wait = threading.Event(), loop.bell.wait

    def rest(seconds):
        if seconds == settings.LOOK_SECONDS == 600:
            rests.set()
        return wait(seconds)

    monkeypatch.setattr(loop.bell, "wait", rest)
    settings.LOOK_SECONDS = 600
    assert rests.wait(60)
    job = ask_one(studio, painter)
    worker.wake()
    until(is_state(job, "succeeded"), seconds=60)


def test_it_reports_itself_and_says_good_bye(studio, painter, loop):
    until(lambda: Worker.objects.filter(name=loop.worker, lanes="remote").exists())
    worker.stop()
    assert not Worker.objects.exists()


def test_it_outlives_a_database_that_is_away(studio, painter, loop, monkeypatch):
    monkeypatch.setattr("generation.worker.loop.PAUSE_SECONDS", 0.01)
    calls = []

    def away(*args):
        calls.append(args)
        raise OperationalError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr("generation.queue.claim", away)
        until(lambda: len(calls) > 2)
    job = ask_one(studio, painter)
    until(is_state(job, "succeeded"))


def test_it_ends_by_handing_back_what_it_draws(studio, painter, loop):
    painter.address = "slow:0.1"
    painter.save()
    job = ask_one(studio, painter, num_inference_steps=50)
    until(is_state(job, "running"))
    worker.stop()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 0)


def test_it_ends_though_a_model_is_being_loaded(studio, painter, loop, monkeypatch):
    monkeypatch.setattr("generation.worker.loop.STOP_SECONDS", 0.2)
    loaded = threading.Event()
    monkeypatch.setattr(providers.provider("fake"), "load", lambda *args: loaded.wait(60))
    job = ask_one(studio, painter)
    until(is_state(job, "preparing"))
    worker.stop()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 0)
    loaded.set()
    loop.join()
    job.refresh_from_db()
    assert job.state == "queued"


def let_the_lease_run_out():
    Job.objects.update(lease_until=now() - timedelta(seconds=1))


def test_the_heart_renews_the_lease_while_a_model_loads(studio, painter, settings):
    ask(studio, painter)
    loop = worker.Loop("remote")
    loop.progress = Progress(claim())
    heart = worker.Heart([loop])
    loop.progress.heard -= settings.LOAD_SECONDS - 60
    let_the_lease_run_out()
    heart.beat(loop)
    assert not Job.objects.lost().exists()
    loop.progress.heard -= 60
    let_the_lease_run_out()
    heart.beat(loop)
    assert Job.objects.lost().exists()


def test_a_hung_drawing_loses_its_lease_and_then_its_process(
    studio, painter, settings, monkeypatch
):
    ended = []
    monkeypatch.setattr("os._exit", ended.append)
    ask(studio, painter)
    loop = worker.Loop("remote")
    loop.progress = Progress(claim())
    loop.progress(0)
    heart = worker.Heart([loop])
    loop.progress.heard -= settings.STALL_SECONDS
    let_the_lease_run_out()
    heart.beat(loop)
    assert Job.objects.lost().exists()
    assert ended == []
    loop.progress.heard -= settings.LEASE_SECONDS
    heart.beat(loop)
    assert ended == [70]


def test_a_step_that_is_slow_but_comes_keeps_the_lease(studio, painter, settings):
    ask(studio, painter)
    progress = Progress(claim())
    progress(0)
    progress.heard -= settings.STALL_SECONDS / 2
    let_the_lease_run_out()
    assert Job.objects.lost().exists()
    progress.renew()
    assert not Job.objects.lost().exists()
