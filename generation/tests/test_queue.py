"""Who is next, and that nobody is twice."""

import random
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.timezone import now

from billing.models import Account, Plan
from generation import queue
from generation.models import ImageModel, Job, Transition, Turn
from generation.queue import claims
from generation.tests.engine import ask, ask_one, at_once, claim, without_cap
from workspaces.models import Membership

pytestmark = pytest.mark.both


@pytest.fixture
def sketcher(painter):
    return ImageModel.objects.create(
        slug="sketcher",
        name="Sketcher",
        provider="fake",
        address="steady",
        contract_data=painter.contract_data,
    )


def one_by_one(painter, jobs=1):
    painter.contract_data |= {"images_per_call": jobs}
    painter.save()


def share_calls():
    """As requests for a model that is drawn here do, where they are of one size."""
    for job in Job.objects.select_related("batch"):
        Job.objects.filter(pk=job.pk).update(shape=f"{job.batch.width}x{job.batch.height}")


def test_a_claim_takes_the_oldest_and_says_who_has_it(studio, painter):
    first, _ = ask_one(studio, painter), ask_one(studio, painter)
    (job,) = claim("w1")
    assert job.pk == first.pk
    assert (job.state, job.attempt, job.worker) == (Job.State.PREPARING, 1, "w1")
    assert job.lease_until - job.started == timedelta(seconds=settings.LEASE_SECONDS)
    assert Transition.objects.get(job=job, state="preparing").worker == "w1"


def test_nothing_waits_nothing_is_claimed(studio, painter):
    assert claim() == []
    ask(studio, painter)
    assert claim(lanes=["gpu"]) == []


def test_people_take_turns_however_much_one_has_asked_for(studio, painter, alice, bob):
    without_cap(alice)
    for _ in range(3):
        ask(studio, painter, count=4)
    ask(studio, painter, author=bob)
    assert [claim()[0].author_id for _ in range(3)] == [alice.pk, bob.pk, alice.pk]


def test_a_plan_says_how_many_pictures_are_drawn_at_once(studio, painter, alice):
    ask(studio, painter, count=4)
    assert Account.objects.of(alice).plan.running_jobs == 2
    assert [len(claim()) for _ in range(3)] == [1, 1, 0]


def test_a_loaded_model_goes_first_but_not_for_long(studio, painter, sketcher):
    old = ask_one(studio, painter)
    new = ask_one(studio, sketcher)
    assert claim(loaded=[sketcher.pk])[0].pk == new.pk
    ask_one(studio, sketcher)
    Turn.objects.update(passed=now() - timedelta(seconds=30))
    assert claim(loaded=[sketcher.pk])[0].pk == old.pk


def test_jobs_of_one_shape_are_taken_together(studio, painter, alice):
    one_by_one(painter, 4)
    without_cap(alice)
    same = ask(studio, painter, count=3)
    ask(studio, painter, width=128)
    ask(studio, painter, prompt="another prompt is no other shape")
    share_calls()
    assert [len(claim()) for _ in range(3)] == [4, 1, 0]
    assert set(same.jobs.values_list("state", flat=True)) == {"preparing"}


def test_large_pictures_are_taken_one_by_one(studio, painter, alice):
    """They keep a GPU busy alone; together they would only make each other wait."""
    one_by_one(painter, 4)
    without_cap(alice)
    painter.contract_data |= {"company_pixels": 96 * 96}
    painter.save()
    for side in (64, 128):
        ask(studio, painter, count=2, width=side, height=side)
    assert [len(claim()) for _ in range(4)] == [2, 1, 1, 0]


def test_what_others_wait_for_fills_the_call(studio, painter, alice, bob):
    one_by_one(painter, 4)
    ask(studio, painter, count=4)
    ask(studio, painter, author=bob)
    share_calls()
    taken = claim()
    # Alice's plan allows two at once.
    assert sorted(job.author_id for job in taken) == sorted([alice.pk, alice.pk, bob.pk])


def test_places_count_the_turns_of_others(studio, painter, alice, bob):
    mine = list(ask(studio, painter, count=3).jobs.all())
    (theirs,) = ask(studio, painter, author=bob).jobs.all()
    places = queue.places([*mine, theirs])
    assert [places[job.pk] for job in mine] == [1, 3, 4]
    # As long in line as Alice's next, and come later.
    assert places[theirs.pk] == 2
    (first,) = claim()
    places = queue.places(Job.objects.all())
    assert first.pk not in places


@pytest.mark.parametrize("seed", range(6))
def test_places_are_the_order_in_which_pictures_are_taken(
    studio, painter, alice, bob, charlie, seed
):
    """Also where somebody has fallen behind the line, as who drew as many as they may has."""
    dice = random.Random(seed)
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.EDITOR)
    for person in (alice, bob, charlie):
        plan = Plan.objects.create(
            slug=f"p{person.pk}",
            name="P",
            queue_weight=dice.choice([1, 2]),
            running_jobs=100,
            daily_units=None,
        )
        Account.objects.of(person)
        Account.objects.filter(user=person).update(plan=plan)
        ask(studio, painter, author=person, count=dice.randint(2, 4))
        # No two are at the same place of the line: which of them is first is another promise.
        tag = dice.choice([0.0, 97.0, 100.0, 101.0]) + dice.random()
        Turn.objects.filter(author_id=person.pk).update(tag=tag, clock=100.0)
    places = queue.places(Job.objects.all())
    taken = []
    while jobs := claim():
        taken += [job.pk for job in jobs]
        jobs[0].cancel()
    assert taken == sorted(places, key=places.get)
    assert sorted(places.values()) == list(range(1, len(taken) + 1))


@pytest.mark.django_db(transaction=True)
def test_one_job_is_claimed_once_by_eight_workers_at_once(studio, painter):
    job = ask_one(studio, painter)
    taken = at_once(8, lambda number: claim(f"w{number}"))
    assert sum(len(jobs) for jobs in taken) == 1
    job.refresh_from_db()
    assert job.attempt == 1
    assert Transition.objects.filter(job=job, state="preparing").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_jobs_are_each_claimed_once(studio, painter, alice):
    without_cap(alice)
    Plan.objects.update(running_jobs=100)
    for _ in range(5):
        ask(studio, painter, count=4)

    def take_all(number):
        mine = []
        while jobs := claim(f"w{number}"):
            mine += jobs
        return mine

    taken = [job.pk for jobs in at_once(4, take_all) for job in jobs]
    assert len(taken) == len(set(taken)) == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_without_its_condition_a_claim_would_be_everybodys(studio, painter, monkeypatch, guarded):
    """The negative control: the same race, in which all have read before anybody writes."""
    ask_one(studio, painter)
    together, take = threading.Barrier(4, timeout=60), claims._take

    def after_all_have_read(job, *rest):
        together.wait()
        return take(job, *rest)

    monkeypatch.setattr(claims, "_take", after_all_have_read)
    if not guarded:
        monkeypatch.setattr(Job, "_waiting", Job._rows)
    taken = at_once(4, lambda number: claim(f"w{number}"))
    assert sum(len(jobs) for jobs in taken) == (1 if guarded else 4)


def test_a_long_queue_makes_no_claim_slow(studio, painter, alice, django_assert_max_num_queries):
    make_many_wait(ask(studio, painter), 200)
    with django_assert_max_num_queries(15):
        claim()


def test_a_place_in_a_long_queue_is_counted_by_the_database(
    studio, painter, bob, django_assert_num_queries
):
    batch = ask(studio, painter)
    make_many_wait(batch, 200)
    (theirs,) = ask(studio, painter, author=bob).jobs.all()
    last = batch.jobs.get(index=199)
    with django_assert_num_queries(4):
        assert queue.places([last, theirs]) == {last.pk: 201, theirs.pk: 2}


def make_many_wait(batch, count):
    model, alice = batch.jobs.get(), batch.author
    Job.objects.bulk_create(
        Job(
            batch=batch,
            index=number,
            author_id=alice.pk,
            model_id=model.model_id,
            lane=model.lane,
            shape=model.shape,
            seed=number,
        )
        for number in range(1, count)
    )
