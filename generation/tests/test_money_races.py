"""Whoever ends a picture at the same moment as its worker: one of them does, and only one says
what became of the units. On PostgreSQL the rivals really meet in the rows; SQLite lets one write
at a time, and the order is chance.
"""

import threading
from datetime import timedelta

import pytest
from django.utils.timezone import now

from billing.models import Account, Hold
from generation import queue
from generation.invariants import violations
from generation.keep import keep
from generation.models import Image, Job, Pause, Transition
from generation.models.job_moves import JobMoves
from generation.progress import Progress
from generation.run import draw as drawn_by
from generation.storage import stored_keys
from generation.sweeper import sweep
from generation.tests.engine import ask_one, at_once, claim, draw, without_cap

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

ROUNDS = 6
PATIENCE = 300  # seconds: on a machine that is busy, a thread may not be heard of for a minute


def cancel(job):
    return Job.objects.get(pk=job.pk).cancel()


def throw_away(job):
    return job.batch.trash()


def lose(job):
    """As the sweeper does after the last attempt: the lease has run out, and yet the worker goes
    on and is just done."""
    Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    return sweep()


@pytest.fixture
def painted(studio, painter, alice, settings):
    """Draws one picture and keeps it not yet."""
    without_cap(alice)
    settings.MAX_ATTEMPTS = 1

    def paint():
        ask_one(studio, painter, time_class="whenever")
        (drawn,) = drawn_by(Progress(claim()))
        return drawn

    return paint


@pytest.mark.parametrize("rival", [cancel, throw_away, lose])
def test_a_picture_is_kept_and_charged_or_neither(painted, alice, rival, monkeypatch):
    """They meet at the last moment: the files are written, and nothing is left but to say so."""
    charged, succeed, meet = 0, Job.succeed, threading.Barrier(3)

    def at_last(job, image):
        meet.wait(PATIENCE)
        return succeed(job, image)

    def end(job):
        meet.wait(PATIENCE)
        return rival(job)

    monkeypatch.setattr(Job, "succeed", at_last)
    for _ in range(ROUNDS):
        drawn = painted()
        job = Job.objects.get(pk=drawn.job.pk)
        acts = [lambda drawn=drawn: keep(drawn), *[lambda job=job: end(job)] * 2]
        raised = at_once(3, lambda number, acts=acts: acts[number]())
        assert not [each for each in raised if isinstance(each, Exception)]
        job.refresh_from_db()
        has_picture = Image.objects.filter(job=job).exists()
        (hold,) = Hold.objects.filter(reference=job.pk)
        assert (job.state == Job.State.SUCCEEDED, hold.state) in {
            (True, Hold.State.CAPTURED),
            (False, Hold.State.RELEASED),
        }
        assert has_picture == (job.state == Job.State.SUCCEEDED)
        assert Transition.objects.filter(job=job, state__in=Job.FINAL).count() == 1
        charged += 0.5 * has_picture
    account = Account.objects.of(alice)
    assert (account.held, account.spent) == (0, charged)
    assert len(list(stored_keys())) == 3 * Image.objects.count()
    assert violations(idle=True) == []


@pytest.mark.parametrize("rival", [cancel, lose])
def test_control_without_the_question_in_the_update_a_lost_picture_is_charged(
    painted, rival, monkeypatch
):
    """So the test above is able to fail."""
    drawn = painted()
    drawn.job.start_saving()
    rival(drawn.job)

    class Anyway:
        """The row, whatever its state."""

        def __init__(self, rows):
            self.rows = rows

        def filter(self, **state):
            return self.rows

    rows = Job.objects.filter(pk=drawn.job.pk)
    monkeypatch.setattr(JobMoves, "_mine", lambda job: Anyway(rows))
    keep(drawn)
    assert Image.objects.filter(job=drawn.job).exists()
    assert any("was not charged" in sentence for sentence in violations())


def test_what_waited_too_long_is_drawn_or_returned_never_both(studio, painter, alice, settings):
    """Its person resumes and a worker claims, while the sweeper ends what waited under a pause."""
    without_cap(alice)
    for _ in range(ROUNDS):
        job = ask_one(studio, painter, time_class="whenever")
        queue.pause(alice)
        long_ago = now() - timedelta(hours=settings.PAUSE_HOURS + 1)
        Pause.objects.update(since=long_ago)
        Job.objects.filter(pk=job.pk).update(waiting_since=long_ago)

        def act(number):
            if number:
                return queue.end_of_patience()
            queue.resume(alice)
            return [draw([mine]) for mine in claim()]

        assert not [each for each in at_once(3, act) if isinstance(each, Exception)]
        job.refresh_from_db()
        has_picture = Image.objects.filter(job=job).exists()
        assert (job.state, has_picture) in {("succeeded", True), ("expired", False)}
    account = Account.objects.of(alice)
    assert (account.held, account.spent) == (0, 0.5 * Image.objects.count())
    assert violations(idle=True) == []


def test_a_hold_that_is_not_the_pictures_price_is_noticed(studio, painter):
    job = ask_one(studio, painter)
    assert violations() == []
    Job.objects.filter(pk=job.pk).update(units=2)
    assert violations() == [f"Job {job.pk} takes 2 units; 1 were set aside."]
