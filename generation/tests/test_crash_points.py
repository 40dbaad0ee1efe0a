"""Wherever the engine breaks: no job lost, none charged twice, no half picture."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from billing.models import LedgerEntry
from generation import collector, fault_points, pictures
from generation.fault_points import POINTS, InjectedFault, reach
from generation.invariants import violations
from generation.models import Batch, Image, Job, Upload
from generation.storage import UPLOADS, stored_keys
from generation.sweeper import sweep
from generation.tests.engine import ask, claim, draw, draw_all
from generation.tests.pictures_for_tests import bring, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fault(settings):
    def at(point, action="raise"):
        settings.TESTING = True
        settings.FAULT = f"{point}:{action}" if point else ""

    return at


class Killed(BaseException):
    """Nothing in the engine catches it: what it unwinds is what a killed process leaves undone."""


def work_until_done(fault):
    """As a worker would: what breaks is swept up, then nothing breaks any more."""
    try:
        draw(claim())
    except (InjectedFault, Killed):
        pass
    fault("")
    Job.objects.active().update(lease_until=now() - timedelta(seconds=1))
    sweep()
    draw_all()


# The way of a request to its picture; uploads have a test of their own.
ON_THE_WAY = [point for point in POINTS if not point.startswith(("upload.", "archive."))]


@pytest.mark.parametrize("point", ON_THE_WAY)
@pytest.mark.parametrize("how", ["raise", "kill"])
def test_a_break_at_any_point_loses_and_doubles_nothing(
    studio, painter, fault, monkeypatch, point, how
):
    if how == "kill":
        monkeypatch.setattr(fault_points, "InjectedFault", Killed)
    fault(point)
    try:
        ask(studio, painter)
    except (InjectedFault, Killed):
        pass
    fault(point)
    accepted = Batch.objects.count()
    assert accepted == (0 if point == "submit.written" else 1)
    if accepted:
        work_until_done(fault)
    made = Job.objects.filter(state=Job.State.SUCCEEDED).count()
    assert Image.objects.count() == made
    assert LedgerEntry.objects.filter(kind="capture").count() == made
    # What was raised is a failure that costs nothing; a killed worker's job is done again.
    assert made == accepted or how == "raise"
    assert violations(idle=True) == []


def test_an_upload_that_breaks_in_the_middle_is_none(studio, fault, monkeypatch):
    """What a killed web process leaves is no picture of anybody's, and goes."""
    fault("upload.file")
    with monkeypatch.context() as patch:
        patch.setattr(fault_points, "InjectedFault", Killed)
        patch.setattr(pictures, "discard", lambda keys: None)  # it comes to nothing any more
        with pytest.raises(Killed):
            bring(studio, picture())
    fault("")
    assert not Upload.objects.exists()
    assert len(list(stored_keys(UPLOADS))) == 1
    assert collector.remove_orphans(now() + timedelta(minutes=1)).files == 1
    assert list(stored_keys(UPLOADS)) == []
    assert bring(studio, picture())


def test_points_do_nothing_in_production(settings):
    settings.TESTING = False
    settings.FAULT = ",".join(f"{point}:kill" for point in POINTS)
    for point in POINTS:
        reach(point)


def test_a_point_may_only_be_slow(fault, monkeypatch):
    slept = []
    monkeypatch.setattr("generation.fault_points.time.sleep", slept.append)
    fault("draw.step", "sleep")
    reach("draw.step")
    reach("draw.done")
    assert slept == [fault_points.SLEEP_SECONDS]
