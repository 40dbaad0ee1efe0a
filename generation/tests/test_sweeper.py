"""Workers die; their jobs don't."""

import subprocess
from datetime import timedelta

import pytest
from django.utils.timezone import now

from billing.models import Account, Hold
from generation import queue, tasks, worker
from generation.invariants import violations
from generation.models import Batch, Image, Job, Service, Transition, Worker
from generation.progress import Progress
from generation.storage import stored_keys
from generation.sweeper import sweep
from generation.tests.engine import ask, ask_one, at_once, claim, draw, draw_all, without_cap
from workspaces.models import Membership

pytestmark = pytest.mark.both


def let_the_lease_run_out(job):
    Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))


def test_a_lost_job_waits_again(studio, painter):
    job = ask_one(studio, painter)
    claim("gone")
    assert sweep() == 0
    let_the_lease_run_out(job)
    assert sweep() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt, job.worker) == (Job.State.QUEUED, 1, "")
    lost = Transition.objects.filter(job=job).last()
    assert (lost.note, lost.worker, lost.attempt) == ("worker lost", "gone", 1)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 2)
    assert violations(idle=True) == []


def test_a_lost_job_goes_behind_the_others_and_alone(studio, painter):
    painter.contract_data |= {"images_per_call": 4}
    painter.save()
    job = ask_one(studio, painter)
    queue.move_to_front(job)
    assert [taken.pk for taken in claim("gone")] == [job.pk]
    innocent = ask_one(studio, painter)
    let_the_lease_run_out(job)
    sweep()
    assert [taken.pk for taken in claim()] == [innocent.pk]
    assert [taken.pk for taken in claim()] == [job.pk]


def test_a_job_that_ends_its_workers_rests_so_that_everybody_goes_first(studio, painter, bob):
    job = ask_one(studio, painter)
    for _ in range(2):
        (taken,) = claim("gone")
        assert taken.pk == job.pk
        let_the_lease_run_out(job)
        sweep()
    assert claim() == []
    innocent = ask_one(studio, painter, author=bob)
    assert [taken.pk for taken in claim()] == [innocent.pk]
    assert claim() == []
    # SQLite's clock counts milliseconds, so that this one's now may be later than its.
    Job.objects.filter(pk=job.pk).update(rest_until=now() - timedelta(seconds=1))
    assert [taken.pk for taken in claim()] == [job.pk]


@pytest.mark.parametrize("off", ["model", "service"])
def test_what_staff_switched_off_holds_no_units_for_ever(studio, painter, off):
    painter.service = Service.objects.create(
        slug="s", name="S", kind="openai", base_url="https://example.org"
    )
    painter.save()
    job = ask_one(studio, painter)
    switched = painter if off == "model" else painter.service
    switched.is_active = False
    switched.save()
    sweep()
    job.refresh_from_db()
    assert job.state == "queued"
    Job.objects.update(waiting_since=now() - timedelta(hours=7))
    sweep()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("expired", "expired")
    assert painter.name in job.error
    assert Hold.objects.of(job.pk).state == "released"


def test_what_a_killed_deletion_left_is_ended(studio, painter, alice):
    batch = ask(studio, painter, count=3)
    drawn = claim()
    Batch.objects.filter(pk=batch.pk).update(deleted=now())  # killed here
    sweep()
    assert set(batch.jobs.values_list("state", flat=True)) == {"cancelled"}
    assert Account.objects.of(alice).held == 0
    draw(drawn)
    assert not Image.objects.exists()
    assert violations(idle=True) == []


def test_what_is_deleted_is_not_even_claimed(studio, painter, alice):
    batch = ask(studio, painter, count=3)
    Batch.objects.filter(pk=batch.pk).update(deleted=now())
    other = ask_one(studio, painter)
    assert [job.pk for job in claim()] == [other.pk]
    assert Account.objects.of(alice).held == 1


def test_what_somebody_asked_for_as_they_were_put_out_ends_and_costs_nothing(studio, painter, bob):
    others = ask_one(studio, painter)
    ask(studio, painter, bob)
    sweep()
    assert Account.objects.of(bob).held == 1
    Membership.objects.filter(workspace=studio, user=bob).delete()
    sweep()
    assert Account.objects.of(bob).held == 0
    assert Job.objects.unfinished().get() == others


def test_after_three_lost_workers_it_fails_and_costs_nothing(studio, painter, alice):
    job = ask_one(studio, painter)
    for attempt in (1, 2, 3):
        Job.objects.update(rest_until=None)
        (taken,) = claim(f"w{attempt}")
        assert taken.attempt == attempt
        let_the_lease_run_out(job)
        sweep()
    assert claim() == []
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.FAILED, 3)
    assert job.error == "The worker was lost three times while it made this picture."
    assert Account.objects.of(alice).held == 0
    assert violations(idle=True) == []


def test_a_drawing_that_does_not_get_on_is_lost_though_its_lease_is_renewed(studio, painter):
    job = ask_one(studio, painter)
    (mine,) = claim()
    mine.start_drawing()
    long_ago = now() - timedelta(seconds=151)
    Job.objects.filter(pk=job.pk).update(progressed=long_ago)
    assert sweep() == 1


def test_decoding_after_the_last_step_may_take_long(studio, painter, settings):
    ask_one(studio, painter)
    progress = Progress(claim())
    progress(0)
    assert progress.patience == settings.STALL_SECONDS
    progress(progress.jobs[0].steps)
    assert progress.patience == settings.LOAD_SECONDS
    Job.objects.update(progressed=now() - timedelta(seconds=600))
    assert sweep() == 0


def test_loading_may_take_long(studio, painter):
    job = ask_one(studio, painter)
    claim()
    Job.objects.filter(pk=job.pk).update(started=now() - timedelta(seconds=600))
    assert sweep() == 0


def test_a_lease_renewed_just_now_is_not_lost(studio, painter):
    job = ask_one(studio, painter)
    (mine,) = claim()
    let_the_lease_run_out(job)
    seen_as_lost = Job.objects.lost().get()
    assert mine.renew_lease()
    assert not seen_as_lost.lose(Job.objects.lost(), 3)
    job.refresh_from_db()
    assert job.state == Job.State.PREPARING


def test_a_cancelled_job_of_a_lost_worker_stays_cancelled(studio, painter):
    job = ask_one(studio, painter)
    claim()
    let_the_lease_run_out(job)
    job.cancel()
    assert sweep() == 0
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_what_a_dead_process_of_this_machine_held_waits_again_at_once(studio, painter, alice):
    without_cap(alice)
    dead = subprocess.Popen(["true"])
    dead.wait()
    mine, elsewhere = Worker.name_here("gpu0"), Worker.name_here("gpu0").replace("@", "@other-")
    gone = f"{mine.rpartition(':')[0]}:{dead.pid}"
    names = [gone, f"{elsewhere[:-1]}0", mine, "test"]
    ask(studio, painter, count=4)
    jobs = [claim(name)[0] for name in names]
    assert sweep() == 1
    states = [Job.objects.get(pk=job.pk).state for job in jobs]
    assert states == ["queued", "preparing", "preparing", "preparing"]


@pytest.mark.django_db(transaction=True)
def test_many_sweepers_at_once_count_one_loss(studio, painter):
    job = ask_one(studio, painter)
    claim()
    let_the_lease_run_out(job)
    assert sum(at_once(6, lambda number: sweep())) == 1
    assert Transition.objects.filter(job=job, note="worker lost").count() == 1


def test_it_rings_for_what_waits_too_long_where_somebody_hears(studio, painter, rings):
    job = ask_one(studio, painter)
    Job.objects.filter(pk=job.pk).update(waiting_since=now() - timedelta(seconds=60))
    sweep()
    assert rings == []
    Worker.objects.create(name="w", lanes="remote", seen=now())
    sweep()
    assert rings == ["remote"]


@pytest.mark.parametrize("task", [tasks.work, tasks.sweep, tasks.collect])
def test_every_task_may_be_rung_twice(studio, painter, task):
    job = ask_one(studio, painter)
    draw_all()
    lost = ask_one(studio, painter)
    claim()
    let_the_lease_run_out(lost)
    files = set(stored_keys())
    for _ in range(2):
        task()
    job.refresh_from_db()
    assert job.state == Job.State.SUCCEEDED
    assert set(stored_keys()) == files
    assert Transition.objects.filter(job=lost, note="worker lost").count() <= 1
    assert violations() == []


def test_the_doorbell_only_wakes_a_loop_of_its_lane(monkeypatch):
    other, busy, idle, more = (
        worker.Loop("gpu"),
        worker.Loop("remote", 1),
        worker.Loop("remote", 2),
        worker.Loop("remote", 3),
    )
    busy.progress = object()
    monkeypatch.setattr(worker, "_loops", [other, busy, idle, more])
    tasks.work.apply(routing_key="remote")
    assert [loop.bell.is_set() for loop in worker._loops] == [False, False, True, False]
    tasks.work.apply(routing_key="remote")
    assert [loop.bell.is_set() for loop in worker._loops] == [False, False, True, True]
