"""One person who does everything at once: nothing waits for ever, and what waits is in line.

Each thread has its own connection. On PostgreSQL two that lock the same rows in different order
would end in a deadlock, which is an error here; SQLite has one writer at a time.
"""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from billing.models import Account, Hold, Plan
from generation import queue
from generation.models import Job, Transition, Turn
from generation.queue import claims
from generation.queue.front import NotWaiting
from generation.queue.line import people
from generation.queue.room import Room
from generation.retry import NotRetryable, retry
from generation.tests.engine import ask, at_once, claim, without_cap
from pixazo.errors import UserError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

ROUNDS = 3


@pytest.fixture
def busy(studio, painter, alice):
    """Alice may have as much as she likes, and has some waiting."""
    without_cap(alice)
    Plan.objects.update(running_jobs=100, waiting_jobs=1000)
    for _ in range(3):
        ask(studio, painter, count=4)
    return alice


def submit(person, studio, painter):
    for _ in range(ROUNDS):
        ask(studio, painter, count=2)


def take(person, studio, painter):
    for _ in range(ROUNDS):
        for job in claim(f"w{threading.get_ident()}"):
            job.hand_back("test")


def cancel(person, studio, painter):
    for job in list(Job.objects.unfinished().order_by("-pk")[:ROUNDS]):
        job.cancel()


def ask_again(person, studio, painter):
    for job in list(Job.objects.filter(state=Job.State.CANCELLED)[:ROUNDS]):
        with suppress(NotRetryable):  # somebody was first
            retry(job, person)


def rest(person, studio, painter):
    for _ in range(ROUNDS):
        queue.pause(person)
        queue.resume(person)


def rearrange(person, studio, painter):
    for job in list(Job.objects.waiting().order_by("pk")[:ROUNDS]):
        with suppress(NotWaiting):  # it was taken meanwhile
            queue.move_to_front(job)


def test_everything_at_once_leaves_everybody_in_line(studio, painter, busy):
    acts = [submit, take, take, cancel, ask_again, rest, rest, rearrange]
    raised = at_once(len(acts), lambda number: acts[number](busy, studio, painter))
    assert raised == [None] * len(acts)
    queue.resume(busy)
    assert is_right_for(busy)
    # The line is whole: all of it can be taken, each once.
    waiting = set(Job.objects.waiting().values_list("pk", flat=True))
    taken = []
    while jobs := claim():
        taken += [job.pk for job in jobs]
    assert sorted(taken) == sorted(waiting)


def test_what_is_cancelled_and_claimed_at_once_ends_one_way(studio, painter, busy):
    jobs = list(Job.objects.waiting())

    def act(number):
        if number % 2:
            return [job.cancel() for job in Job.objects.filter(pk__in=[job.pk for job in jobs])]
        return [True for _ in range(ROUNDS) if claim(f"w{number}")]

    done = at_once(4, act)
    assert [type(each) for each in done] == [list] * 4
    assert not Job.objects.unfinished().exists()
    ends = Transition.objects.filter(state=Job.State.CANCELLED)
    assert ends.count() == len(jobs)
    assert not Hold.objects.filter(state=Hold.State.HELD).exists()
    assert Account.objects.get(user=busy).held == 0


def test_of_many_who_ask_again_at_once_one_does(studio, painter, busy):
    job = Job.objects.waiting().first()
    job.cancel()

    def once_more(number):
        try:
            retry(Job.objects.get(pk=job.pk), busy)
        except UserError:
            return False
        return True

    assert sorted(at_once(6, once_more)) == [False] * 5 + [True]
    assert Hold.objects.filter(reference=job.pk, state=Hold.State.HELD).count() == 1
    assert is_right_for(busy)


def test_who_comes_while_they_are_leaving_stays_in_line(studio, painter, alice):
    """A claim that finds nothing of somebody's takes them out of the line; an order meanwhile
    must not be forgotten."""
    without_cap(alice)
    Plan.objects.update(running_jobs=100)

    def act(number):
        return bool(ask(studio, painter)) if number == 0 else bool(look(painter.lane))

    for _ in range(ROUNDS):
        ask(studio, painter)
        while claim():
            pass  # now nothing of Alice's waits, and she is still in line
        assert set(at_once(4, act)) <= {True, False}
        assert is_right_for(alice)


CONTROL = pytest.param(
    False,
    marks=pytest.mark.skipif(
        connection.vendor == "sqlite", reason="one writer at a time: there is no race to lose"
    ),
)


@pytest.mark.parametrize("is_held", [True, CONTROL])
def test_claims_in_two_lanes_draw_no_more_than_a_plan_allows(
    studio, painter, alice, monkeypatch, is_held
):
    _, other = ask(studio, painter, count=2).jobs.all()
    Plan.objects.update(running_jobs=1)
    Job.objects.filter(pk=other.pk).update(lane="gpu")
    Turn.objects.arrive(alice.pk, "gpu")
    assert two_claims(monkeypatch, ["remote", "gpu"], is_held) == (1 if is_held else 2)


@pytest.mark.parametrize("is_held", [True, CONTROL])
def test_claims_for_two_people_draw_no_more_than_the_site_allows(
    studio, painter, alice, bob, monkeypatch, settings, is_held
):
    settings.RUNNING_JOBS = 1
    for person in (alice, bob):
        without_cap(person)
        ask(studio, painter, author=person)
    Job.objects.filter(author_id=bob.pk).update(lane="gpu")
    Turn.objects.arrive(bob.pk, "gpu")
    assert two_claims(monkeypatch, ["remote", "gpu"], is_held) == (1 if is_held else 2)


def two_claims(monkeypatch, lanes, is_held):
    """How many pictures two claims take that have both found room, and count again together: if
    they can, for who holds the other off comes alone."""
    # Without a hold both come, however busy the machine is.
    found = threading.Barrier(2, timeout=60)
    counting = threading.Barrier(2, timeout=2 if is_held else 60)
    counted = threading.Barrier(2, timeout=60)
    company_of, is_exceeded_by = claims.company_of, Room.is_exceeded_by
    looks = dict.fromkeys(range(2), 0)

    def after_both_have_looked(pk, room):
        looks[me.number] += 1
        if looks[me.number] == 1:
            found.wait()
        return company_of(pk, room)

    def together(room, author):
        with suppress(threading.BrokenBarrierError):
            counting.wait()
        answer = is_exceeded_by(room, author)
        if not is_held:
            counted.wait()  # neither is over before the other one has counted
        return answer

    def act(number):
        me.number = number
        return len(claim(f"w{number}", lanes=[lanes[number]]))

    me = threading.local()
    monkeypatch.setattr(claims, "company_of", after_both_have_looked)
    monkeypatch.setattr(Room, "is_exceeded_by", together)
    if not is_held:
        monkeypatch.setattr(Room, "hold", lambda room, author: None)
    return sum(at_once(2, act))


def look(lane):
    """As a worker that finds nothing."""
    return list(people(lane, is_idle=False))


def is_right_for(person):
    """Whoever has something waiting is in line."""
    lines = Job.objects.waiting().filter(author_id=person.pk).order_by()
    waiting = set(lines.values_list("lane", "is_idle").distinct())
    turns = Turn.objects.in_line().filter(author_id=person.pk)
    return waiting <= set(turns.values_list("lane", "is_idle"))
