"""How long it will take is said from what it took, and what was said is kept."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from generation import estimate
from generation.estimate import accuracy, tell
from generation.estimate.told import NEWCOMER, NOBODY, TRIED
from generation.models import Image, ImageModel, Job, Worker
from generation.queue import work
from generation.tests.engine import ask, ask_one, claim, draw_all, without_cap

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _fresh():
    estimate.forget()


@pytest.fixture
def known(studio, painter):
    ask(studio, painter, count=4)
    draw_all()
    Image.objects.update(draw_seconds=10)
    Worker.objects.create(name="w", lanes=painter.lane, seen=now())
    estimate.forget()


def told(job):
    job = Job.objects.select_related("batch", "model").get(pk=job.pk)
    return tell([job])[job.pk]


def test_nothing_is_said_while_too_little_is_known(studio, painter):
    said = told(ask_one(studio, painter))
    assert (said.place, said.wait) == (1, None)


def test_no_time_is_promised_while_nobody_draws(studio, painter, known):
    job = ask_one(studio, painter)
    assert told(job).wait
    Worker.objects.update(seen=now() - timedelta(minutes=1))
    said = told(job)
    assert (said.place, said.wait, said.reason) == (1, None, NOBODY)
    Worker.objects.update(seen=now())
    assert told(job).wait
    assert not told(job).reason


def test_it_grows_with_the_place_and_the_work(studio, painter, known):
    first = ask_one(studio, painter)
    assert told(first).wait == (10, 12)
    second = told(ask_one(studio, painter))
    assert second.place == 2
    assert second.wait[0] < 20 < second.wait[1]
    larger = ask_one(studio, painter, width=128)
    assert told(larger).wait[1] > second.wait[1] + 10


def test_more_workers_make_it_shorter(studio, painter, known):
    for _ in range(5):
        job = ask_one(studio, painter)
    alone = told(job).wait
    for number in range(2):
        Worker.objects.create(name=f"w{number}", lanes=job.lane, seen=now())
    assert told(job).wait[1] < alone[1]


def test_a_model_that_must_be_loaded_takes_longer(studio, painter, known):
    Image.objects.update(load_seconds=30)
    estimate.forget()
    job = ask_one(studio, painter)
    assert told(job).wait[0] == 40
    Worker.objects.update(loaded_models=[painter.slug])
    assert told(job).wait[0] == 10


def test_only_who_shares_the_line_with_another_model_may_wait_for_loads(
    studio, painter, bob, known
):
    Image.objects.update(load_seconds=30)
    estimate.forget()
    Worker.objects.update(loaded_models=[painter.slug])
    ask_one(studio, painter)
    second = ask_one(studio, painter)
    assert told(second).wait[1] < 40
    other = ImageModel.objects.get(pk=painter.pk)
    other.pk, other.slug = None, "other"
    other.save(force_insert=True)
    ask(studio, other)
    assert told(second).wait[1] > 40


def test_it_shrinks_as_a_picture_gets_on(studio, painter, known):
    ask_one(studio, painter)
    (job,) = claim()
    job.start_drawing()
    assert told(job).wait == (10, 10)
    job.note_step(3)
    assert told(job).wait == (2, 3)


def test_what_is_told_first_is_kept(studio, painter, known):
    job = ask_one(studio, painter)
    told(job)
    job.refresh_from_db()
    first = job.told_from, job.told_until
    assert round((first[1] - first[0]).total_seconds(), 1) == 2
    Image.objects.update(draw_seconds=99)
    estimate.forget()
    assert told(job).wait[0] == 99
    job.refresh_from_db()
    assert (job.told_from, job.told_until) == first


def test_a_place_gets_worse_only_with_a_reason(studio, painter, bob, known):
    mine = [ask_one(studio, painter) for _ in range(3)]
    assert told(mine[2]).place == 3
    ask(studio, painter, author=bob)
    said = told(mine[2])
    assert (said.place, said.reason) == (4, NEWCOMER)
    claim(), claim()
    assert (told(mine[2]).place, told(mine[2]).reason) == (2, "")


def test_a_lost_worker_is_a_reason(studio, painter, bob, known):
    first = ask_one(studio, painter)
    assert told(first).place == 1
    (job,) = claim()
    ask_one(studio, painter)
    assert job.lose(Job.objects.all(), most=3)
    said = told(first)
    assert (said.place, said.reason) == (2, TRIED)


def test_a_worker_that_was_killed_is_counted_no_more_nor_what_it_had_loaded(
    studio, painter, known, monkeypatch
):
    job = ask_one(studio, painter)
    Worker.objects.create(name="killed", lanes=painter.lane, loaded_model=painter.slug, seen=now())
    monkeypatch.setattr(work, "load_seconds_of", lambda model: 30.0)
    with_both = told(job).wait
    monkeypatch.setattr(Worker, "is_gone", staticmethod(lambda name: name == "killed"))
    alone = told(job).wait
    assert alone[0] >= with_both[0] + 30
    Worker.objects.exclude(name="killed").delete()
    assert (told(job).wait, told(job).reason) == (None, NOBODY)


def test_how_often_it_was_right_is_counted(studio, painter, alice, known):
    assert accuracy() is None
    without_cap(alice)
    for _ in range(5):
        ask(studio, painter, count=4)
    draw_all()
    moment = now()
    last = Job.objects.order_by("-id").values_list("pk", flat=True)[:20]
    Job.objects.filter(pk__in=list(last)).update(
        told_from=moment - timedelta(seconds=60), told_until=moment + timedelta(seconds=60)
    )
    estimate.forget()
    assert (accuracy().share, accuracy().count) == (1.0, 20)
    some = Job.objects.exclude(told_from=None).values_list("pk", flat=True)[:5]
    Job.objects.filter(pk__in=list(some)).update(told_until=moment - timedelta(seconds=59))
    estimate.forget()
    assert accuracy().percent == 75
