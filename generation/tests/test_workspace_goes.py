"""A workspace is deleted while there is work in it: nothing is paid for, nothing is left behind."""

import threading

import pytest

from billing.drift import drifts
from billing.models import Account, Hold, LedgerEntry
from generation import run as running
from generation.models import Image, Job
from generation.storage import stored_keys
from generation.tests.engine import ask, at_once, claim, draw, draw_all
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def batch(studio, painter):
    return ask(studio, painter, count=3)


def test_what_waits_and_what_is_drawn_end_and_the_units_come_back(batch, alice, as_alice):
    job = batch.jobs.first()
    assert job.claim("worker-1")
    assert Account.objects.of(alice).held == 3

    page = as_alice.get("/workspaces/").content.decode()
    assert "3 being drawn or waiting are cancelled, and the units come back." in page
    as_alice.post("/w/studio/delete/")

    assert not Job.objects.unfinished().exists()
    account = Account.objects.of(alice)
    assert (account.held, account.spent, account.left_today) == (0, 0, 10)
    assert LedgerEntry.objects.filter(kind="release").count() == 3
    assert not list(drifts())
    assert not job.start_drawing(), "The worker finds out at its next step."


def test_a_picture_that_was_paid_for_stays_paid(batch, alice, as_alice):
    Hold.objects.first().capture()
    as_alice.post("/w/studio/delete/")
    assert Account.objects.of(alice).spent == 1
    assert not list(drifts())


def test_its_files_go_and_those_of_other_workspaces_stay(batch, alice, as_alice, painter):
    other = ask(Workspace.found(alice, "Other"), painter, count=2)
    draw_all()
    as_alice.post("/w/studio/delete/")
    assert Image.objects.count() == len(set(stored_keys())) / 3 == 5
    Workspace.objects.thrown().get().delete_with_everything()
    images = Image.objects.all()
    assert {image.job.batch for image in images} == {other}
    assert set(stored_keys()) == {key for image in images for key in image.keys}


@pytest.mark.parametrize("moment", ["draw", "keep"])
def test_it_may_go_while_pictures_are_being_finished(studio, batch, painter, monkeypatch, moment):
    jobs = claim()
    reached, step = threading.Event(), getattr(running, moment)

    def told(*args):
        reached.set()
        return step(*args)

    monkeypatch.setattr(running, moment, told)

    def delete_or_draw(number):
        if number:
            draw(jobs)
        else:
            assert reached.wait(60)
            studio.delete_with_everything()

    assert at_once(2, delete_or_draw) == [None, None]
    assert not Job.objects.exists()
    assert not list(drifts())
