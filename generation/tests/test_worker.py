"""The loop in a worker's process: it looks, draws, reports itself and ends in good order."""

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.utils.timezone import now

from generation import providers, queue, worker
from generation.invariants import violations
from generation.limits import _slowest, limit_for
from generation.models import Image, Job, Worker
from generation.progress import Progress
from generation.queue import claims
from generation.tests.engine import ask, ask_one, claim, draw_all, without_cap
from generation.worker.loop import STOP_SECONDS, end_all
from pixazo import landmarks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def loop(settings, monkeypatch):
    monkeypatch.setattr(worker, "BESIDE_SECONDS", 60.0)  # a busy machine is no failure
    settings.LOOK_SECONDS = 0.05
    settings.GRACE_SECONDS = 0.2
    settings.REMOTE_CALLS = 1
    worker.start({"remote", "chores"})
    (loop,) = worker._loops
    yield loop
    worker.stop()
    connections.close_all()


def until(true, seconds=60):
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
    worker.wake("remote")
    until(is_state(job, "succeeded"))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a desk's way to hear")
def test_at_a_desk_new_work_is_heard_of_without_broker_and_timer(studio, painter, settings, loop):
    settings.LOOK_SECONDS = 600
    until(lambda: not loop.bell.is_set())
    job = ask_one(studio, painter)
    until(is_state(job, "succeeded"))


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


def test_a_drawing_far_slower_than_its_like_is_given_up(studio, painter, monkeypatch):
    monkeypatch.setattr("generation.limits.FEWEST", 3)
    ask(studio, painter, count=3)
    draw_all()
    _slowest.cache_clear()
    Image.objects.update(draw_seconds=10.0)
    (job,) = ask(studio, painter).jobs.all()
    limit = limit_for([job], "imagination")
    assert limit == pytest.approx(30 + 3 * 10)
    assert limit_for([job, job], "imagination") == pytest.approx(30 + 2 * 3 * 10)
    assert limit_for([job], "another device") is None
    begin = Progress._begin

    def long_ago(progress):
        begin(progress)
        progress.drawing_since -= limit + 1

    monkeypatch.setattr(Progress, "_begin", long_ago)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "too_slow")
    assert "far longer than others" in job.error
    assert violations(idle=True) == []


def test_a_call_that_hangs_after_its_last_step_ends_by_the_measured_limit(
    studio, painter, settings, monkeypatch
):
    ended = []
    monkeypatch.setattr("os._exit", ended.append)
    ask(studio, painter)
    loop = worker.Loop("remote")
    progress = loop.progress = Progress(claim())
    progress(0)
    progress(progress.jobs[0].steps)
    progress.limit = 60
    heart = worker.Heart([loop])
    heart.beat(loop)
    progress.drawing_since -= 61
    let_the_lease_run_out()
    heart.beat(loop)
    assert Job.objects.lost().exists()
    progress.drawing_since -= settings.LEASE_SECONDS
    heart.beat(loop)
    assert ended == [70]


def test_a_loop_that_hears_nothing_ends_its_process(studio, painter, settings, monkeypatch):
    """Idle, alive, and something waits: its supervisor starts another (F14)."""
    ended = []
    monkeypatch.setattr("os._exit", ended.append)
    loop = worker.Loop("remote")
    heart = worker.Heart([loop])
    loop.asked -= 60
    heart.beat(loop)
    assert ended == []
    ask_one(studio, painter)
    loop.asked += 60
    heart.beat(loop)
    assert ended == []
    loop.asked -= 60
    heart.beat(loop)
    assert ended == [75]
    assert landmarks.reached()[landmarks.DEAF].count == 1


def test_a_loop_that_ends_is_not_taken_for_deaf(studio, painter, monkeypatch):
    """It looks no more, and another of its process still draws."""
    ended = []
    monkeypatch.setattr("os._exit", ended.append)
    loop = worker.Loop("remote")
    ask_one(studio, painter)
    loop.ask_to_end(60)
    loop.asked -= 60
    worker.Heart([loop]).beat(loop)
    assert ended == []


def test_loops_that_hang_have_the_time_to_stop_together(monkeypatch):
    joined = []
    loops = [worker.Loop("remote", number) for number in range(1, 5)]
    clock = [100.0]

    def hangs(seconds):
        joined.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr("generation.worker.loop.time.monotonic", lambda: clock[0])
    for loop in loops:
        monkeypatch.setattr(loop, "join", hangs)
        loop.ask_to_end(3.0)
    end_all(loops)
    assert joined == [3.0 + STOP_SECONDS, 0.0, 0.0, 0.0]


def test_who_was_overtaken_again_and_again_looks_again_at_once(studio, painter, monkeypatch):
    ask_one(studio, painter)
    monkeypatch.setattr(claims, "_take", lambda *args: False)
    loop = worker.Loop("remote")
    assert not loop.look()
    assert loop.bell.is_set()


def test_what_other_loops_of_a_hung_process_draw_is_handed_back(
    studio, painter, settings, monkeypatch, alice
):
    without_cap(alice)
    monkeypatch.setattr("os._exit", lambda code: None)
    ask(studio, painter, count=2)
    loops = [worker.Loop("remote", number) for number in (1, 2)]
    for loop in loops:
        loop.progress = Progress(claim(loop.worker))
        loop.progress(0)
    hung, other = loops
    hung.progress.heard -= settings.STALL_SECONDS + settings.LEASE_SECONDS + 1
    worker.Heart(loops).beat(hung)
    (handed_back,) = other.progress.jobs
    assert (handed_back.state, handed_back.attempt) == ("queued", 0)


def test_services_are_called_several_at_a_time(studio, painter, settings, monkeypatch, alice):
    without_cap(alice)
    settings.REMOTE_CALLS = 3
    settings.LOOK_SECONDS = 0.05
    together = threading.Barrier(3)
    provider = providers.provider("fake")
    generate = provider.generate

    def meets_the_others(requests, report):
        together.wait(60)
        return generate(requests, report)

    monkeypatch.setattr(provider, "generate", meets_the_others)
    batch = ask(studio, painter, count=3)
    worker.start({"remote"})
    try:
        until(lambda: batch.jobs.filter(state="succeeded").count() == 3)
        assert len({job.worker for job in batch.jobs.all()}) == 3
        assert Worker.objects.count() == 3
    finally:
        worker.stop()
    assert not Worker.objects.exists()
    assert violations(idle=True) == []


def test_a_ring_for_many_is_heard_by_as_many_loops(studio, painter, settings, monkeypatch, alice):
    """It wakes one, and who finds something wakes the next."""
    without_cap(alice)
    settings.REMOTE_CALLS = 3
    settings.LOOK_SECONDS = 600
    monkeypatch.setattr("generation.worker.Ear", lambda loops: worker.Broom())  # it hears more
    claims_of, looked = queue.claim, set()

    def looks(lanes, name, *args):
        jobs = claims_of(lanes, name, *args)
        looked.add(name)
        return jobs

    monkeypatch.setattr("generation.queue.claim", looks)
    together = threading.Barrier(3)
    provider = providers.provider("fake")
    generate = provider.generate

    def meets_the_others(requests, report):
        together.wait(60)
        return generate(requests, report)

    monkeypatch.setattr(provider, "generate", meets_the_others)
    worker.start({"remote"})
    try:
        until(lambda: len(looked) == 3)
        batch = ask(studio, painter, count=3)
        worker.wake("remote")
        until(lambda: batch.jobs.filter(state="succeeded").count() == 3)
    finally:
        worker.stop()


def test_its_row_says_what_it_has_and_does(studio, painter, monkeypatch):
    # Other tests of this process may have used other providers.
    monkeypatch.setattr("generation.run._known", {})
    provider = providers.provider("fake")
    monkeypatch.setattr(provider, "memory", (3 * 1024**3, 8 * 1024**3))
    ask(studio, painter, num_inference_steps=4)
    loop = worker.Loop("remote")
    loop.saver.start()
    assert loop.look()
    loop.saver.end()
    ask(studio, painter, num_inference_steps=4)
    # The heart asks no device, which may be at work and answer late.
    monkeypatch.setattr(provider, "memory", None)
    loop.progress = Progress(claim())
    loop.progress(0)
    loop.progress(3)
    worker.Heart([loop]).beat(loop)
    row = Worker.objects.get(name=loop.worker)
    assert (row.device, row.precision, row.busy) == ("imagination", "fp32", True)
    assert (row.memory_used, row.memory_total) == (3 * 1024**3, 8 * 1024**3)
    assert row.resident > 10 * 1024**2
    assert row.loaded_models[0] == row.loaded_model == "painter"
    assert row.last_step == "3/4"


def test_an_idle_worker_lets_models_go(studio, painter, loop, monkeypatch):
    tidied = threading.Event()
    monkeypatch.setattr(providers.provider("fake"), "tidy", tidied.set)
    ask_one(studio, painter)
    assert tidied.wait(60)


FORK = """
import django, gc, os
django.setup()
import generation.worker
generation.worker._worker_begins()
if child := os.fork():
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(gc.get_freeze_count(), flush=True)
"""


def test_what_a_child_inherits_stays_shared_with_it():
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "pixazo.settings", "PIXAZO_LOG_FILE": "-"}
    words = [sys.executable, "-c", FORK]
    done = subprocess.run(words, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100_000
