"""The queue, played on the real claim code with a clock that jumps (tools/fairness), and its rules
one by one."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from billing.models import Account, Hold, Override, Plan
from generation import queue
from generation.models import ImageModel, Job, Pause, Service, Transition, Turn
from generation.queue.room import Room
from generation.retry import retry
from generation.sweeper import sweep
from generation.tests.engine import ask, ask_one, claim, draw_all, without_cap
from tools.fairness import stories
from workspaces.models import Membership

pytestmark = pytest.mark.both

played = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="only SQLite's clock can be set by a program"
)


@played
def test_a_newcomer_waits_for_two_pictures_whatever_the_queue(db):
    assert stories.newcomer(7, 60, others=3).is_met


@played
def test_two_models_take_turns_in_windows(db):
    fewer, longest = stories.loads(7, 60)
    assert fewer.is_met
    assert longest.is_met


@played
@pytest.mark.parametrize("loading", [(1.0, 2.0), (3.0, 8.0)])
def test_what_is_told_first_holds_on_a_busy_site(db, loading):
    # Of the first seeds, the one in which most of it was wrong.
    assert stories.told(1, loading).is_met


@played
def test_what_is_told_first_holds_at_a_desk_and_says_something(db):
    held, width = stories.desk(1)
    assert held.is_met
    assert width.is_met


def test_with_one_worker_an_endless_queue_of_old_jobs_lets_others_in(studio, painter, alice, bob):
    without_cap(alice)
    for _ in range(5):
        ask(studio, painter, count=4)
    for _ in range(3):
        claim()[0].cancel()  # nobody is being drawn when the worker asks
    ask(studio, painter, author=bob)
    assert bob.pk in [claim()[0].author_id for _ in range(2)]


def test_twice_the_weight_is_twice_the_pictures(studio, painter, alice, bob):
    for person, weight in ((alice, 2), (bob, 1)):
        account = Account.objects.of(person)
        account.plan = Plan.objects.create(slug=f"w{weight}", name="W", queue_weight=weight)
        account.plan.running_jobs = 100
        account.plan.save()
        account.save()
        for _ in range(3):
            ask(studio, painter, author=person, count=4)
    authors = []
    for _ in range(9):
        (job,) = claim()
        authors.append(job.author_id)
        job.cancel()
    assert (authors.count(alice.pk), authors.count(bob.pk)) == (6, 3)


def test_nobody_saves_up_turns_by_staying_away(studio, painter, alice, bob):
    without_cap(alice)
    ask(studio, painter, author=bob)
    claim()[0].cancel()
    for _ in range(2):
        ask(studio, painter, count=4)
    for _ in range(6):
        claim()[0].cancel()
    ask(studio, painter, author=bob, count=4)
    assert [claim()[0].author_id for _ in range(4)].count(alice.pk) >= 1


def test_nobody_owes_for_ever(studio, painter, alice, bob):
    without_cap(alice)
    for _ in range(2):
        ask(studio, painter, count=4)
    draw_all()
    ask(studio, painter, author=bob, count=4)
    ask(studio, painter)
    assert alice.pk in [claim()[0].author_id for _ in range(3)]


def test_what_is_idle_waits_for_everything_else(studio, painter, alice, bob):
    ask(studio, painter, time_class="whenever")
    normal = ask_one(studio, painter, author=bob)
    assert claim()[0].pk == normal.pk
    assert claim()[0].is_idle
    assert claim() == []


def test_what_is_idle_waits_for_who_draws_as_many_as_they_may(studio, painter, alice, bob):
    ask(studio, painter, count=3)
    ask(studio, painter, author=bob, time_class="whenever")
    assert [len(claim()) for _ in range(3)] == [1, 1, 0]


def test_the_report_finds_what_was_begun_out_of_order(studio, painter, alice, bob):
    idle = ask_one(studio, painter, time_class="whenever")
    ask(studio, painter, author=bob)
    Transition.objects.update(at=now() - timedelta(seconds=60))
    idle.claim("a worker that does not ask")
    (normal, whenever) = queue.report()
    assert (normal.waiting, whenever.before_others) == (1, 1)
    # A person who paused was not passed over.
    queue.pause(bob)
    assert queue.report()[1].before_others == 0
    call_command("queue_report")


def test_a_paused_queue_costs_others_nothing(studio, painter, alice, bob):
    ask(studio, painter)
    queue.pause(alice)
    theirs = ask_one(studio, painter, author=bob)
    assert claim()[0].pk == theirs.pk
    assert claim() == []
    queue.resume(alice)
    assert claim()[0].author_id == alice.pk


def test_a_long_pause_holds_no_units(studio, painter, alice):
    job = ask_one(studio, painter)
    queue.pause(alice)
    Job.objects.update(waiting_since=now() - timedelta(hours=7))
    sweep()
    job.refresh_from_db()
    assert job.state == "queued"
    Pause.objects.update(since=now() - timedelta(hours=7))
    late = ask_one(studio, painter)
    sweep()
    job.refresh_from_db()
    late.refresh_from_db()
    assert (job.state, late.state) == ("expired", "queued")
    assert job.error == "Your queue was paused for more than 6 hours."
    assert Hold.objects.of(job.pk).state == "released"


def test_a_closed_service_gets_nothing_until_it_opens(studio, painter):
    painter.service = Service.objects.create(
        slug="s", name="S", kind="openai", base_url="https://example.org"
    )
    painter.service.closed_until = now() + timedelta(minutes=1)
    painter.service.save()
    painter.save()
    ask(studio, painter)
    assert claim() == []
    Service.objects.update(closed_until=now() - timedelta(seconds=1))
    assert len(claim()) == 1


def test_a_service_that_is_switched_off_gets_nothing(studio, painter):
    painter.service = Service.objects.create(
        slug="s", name="S", kind="openai", base_url="https://example.org"
    )
    painter.save()
    ask(studio, painter)
    Service.objects.update(is_active=False)
    assert claim() == []


def test_who_waited_for_a_closed_service_has_saved_up_no_turns(
    studio, painter, alice, bob, charlie
):
    for person in (alice, bob, charlie):
        without_cap(person)
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.EDITOR)
    service = Service.objects.create(
        slug="s", name="S", kind="openai", base_url="https://example.org"
    )
    elsewhere = ImageModel.objects.get(pk=painter.pk)
    elsewhere.pk, elsewhere.slug, elsewhere.service = None, "elsewhere", service
    elsewhere.save(force_insert=True)
    for _ in range(3):
        ask(studio, elsewhere, count=4)
        ask(studio, painter, author=bob, count=4)
    Service.objects.update(closed_until=now() + timedelta(minutes=1))
    for _ in range(12):
        (job,) = claim()
        assert job.author_id == bob.pk
        job.cancel()
    Service.objects.update(closed_until=None)
    ask(studio, painter, author=charlie)
    assert charlie.pk in [claim()[0].author_id for _ in range(2)]


def test_a_pause_opens_no_window_for_other_peoples_models(studio, painter, alice):
    ask(studio, painter)
    Turn.objects.update(passed=now() - timedelta(hours=1))
    queue.pause(alice)
    queue.resume(alice)
    assert Turn.objects.get().passed is None


def test_who_came_along_in_a_call_is_no_longer_passed_over(studio, painter, alice, bob):
    painter.contract_data |= {"images_per_call": 2}
    painter.save()
    ask(studio, painter)
    ask(studio, painter, author=bob)
    Turn.objects.filter(author_id=bob.pk).update(passed=now(), tag=5.0)
    assert [job.author_id for job in claim()] == [alice.pk, bob.pk]
    assert Turn.objects.get(author_id=bob.pk).passed is None


def test_a_pause_does_not_shorten_what_a_service_asked_for(studio, painter, alice):
    ask(studio, painter)
    (job,) = claim()
    job.hand_back("busy", rest=600)
    queue.pause(alice)
    queue.resume(alice)
    assert claim() == []


def test_while_one_is_stored_its_person_has_the_next_one_drawn(studio, painter, alice):
    plan = Plan.objects.create(slug="one", name="One", running_jobs=1)
    Account.objects.of(alice)
    Account.objects.filter(user=alice).update(plan=plan)
    ask(studio, painter, count=2)
    (job,) = claim()
    assert claim() == []
    assert job.start_saving()
    assert len(claim()) == 1


def test_two_claims_at_once_take_no_more_than_a_plan_allows(studio, painter, alice, monkeypatch):
    plan = Plan.objects.create(slug="one", name="One", running_jobs=1)
    Account.objects.of(alice)
    Account.objects.filter(user=alice).update(plan=plan)
    ask(studio, painter, count=2)
    rooms = [Room.now() for _ in range(2)]
    monkeypatch.setattr(Room, "now", lambda: rooms.pop() if rooms else current())
    current = lambda: Room(Counter({alice.pk: 1}), {alice.pk: 1})  # noqa: E731
    assert [len(claim()) for _ in range(2)] == [1, 0]
    assert Job.objects.waiting().count() == 1


def test_an_exception_for_a_person_lets_more_or_fewer_be_drawn_at_once(studio, painter, alice, bob):
    for person, cap in ((alice, 1), (bob, 3)):
        account = Account.objects.of(person)
        Override.objects.create(account=account, limit="running_jobs", value=cap)
        Override.objects.create(account=account, limit="queue_weight", value=cap)
        ask(studio, painter, author=person, count=4)
    drawn = Counter()
    while jobs := claim():
        drawn.update(job.author_id for job in jobs)
    assert drawn == {alice.pk: 1, bob.pk: 3}


def test_a_retry_begins_at_the_end_of_the_line(studio, painter, alice):
    first, again = ask(studio, painter, count=2).jobs.all()
    queue.move_to_front(again)
    Job.objects.filter(pk=again.pk).update(alone=True)
    again.cancel()
    retry(again, alice)
    again.refresh_from_db()
    assert (again.rank, again.alone) == (0, False)
    assert claim()[0].pk == first.pk


def test_what_rests_is_not_claimed_before(studio, painter):
    job = ask_one(studio, painter)
    (job,) = claim()
    job.hand_back("busy", rest=30)
    assert claim() == []
    Job.objects.update(rest_until=now() - timedelta(seconds=1))
    assert claim()[0].pk == job.pk


def test_the_site_draws_no_more_than_it_is_told(studio, painter, alice, bob, settings):
    settings.RUNNING_JOBS = 2
    ask(studio, painter, count=2)
    ask(studio, painter, author=bob)
    assert [len(claim()) for _ in range(3)] == [1, 1, 0]


def test_who_has_nothing_waiting_leaves_the_line(studio, painter):
    ask_one(studio, painter).cancel()
    assert claim() == []
    assert not Turn.objects.in_line().exists()


def test_rows_that_came_from_elsewhere_are_drawn_too(studio, painter):
    job = ask_one(studio, painter)
    Turn.objects.all().delete()
    assert claim() == []
    sweep()
    assert claim()[0].pk == job.pk
