"""How long it will take is said from what it took."""

import pytest

from generation import estimate
from generation.estimate import range_for
from generation.models import Image
from generation.tests.engine import ask, ask_one, claim, draw_all


@pytest.fixture(autouse=True)
def _fresh():
    estimate._pace.cache_clear()
    estimate._workers.cache_clear()


@pytest.fixture
def known(studio, painter):
    ask(studio, painter, count=4)
    draw_all()
    Image.objects.update(draw_seconds=10)


def test_nothing_is_said_while_too_little_is_known(studio, painter):
    job = ask_one(studio, painter)
    assert range_for(job, 1) is None


def test_it_grows_with_the_place_and_the_work(studio, painter, known):
    job = ask_one(studio, painter)
    assert range_for(job, 1) == (10, 10)
    assert range_for(job, 3) == (30, 30)
    larger = ask_one(studio, painter, width=128)
    assert range_for(larger, 1) == (20, 20)


def test_it_shrinks_as_a_picture_gets_on(studio, painter, known):
    ask_one(studio, painter)
    (job,) = claim()
    job.start_drawing()
    assert range_for(job, 0) == (10, 10)
    job.note_step(3)
    assert range_for(job, 0) == (2, 3)
