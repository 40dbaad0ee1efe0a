"""Wherever the engine breaks: no job lost, none charged twice, no half picture."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from billing.models import LedgerEntry
from generation import fault_points
from generation.fault_points import POINTS, InjectedFault, reach
from generation.invariants import violations
from generation.models import Batch, Image, Job
from generation.sweeper import sweep
from generation.tests.engine import ask, claim, draw, draw_all

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


@pytest.mark.parametrize("point", POINTS)
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
