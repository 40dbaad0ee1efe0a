"""Wherever the engine breaks: no job lost, none charged twice, no half picture."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils.timezone import now

from billing.models import LedgerEntry
from generation import collector, fault_points, pictures
from generation.fault_points import POINTS, InjectedFault, reach
from generation.invariants import violations
from generation.models import Batch, Image, Job, Upload
from generation.storage import UPLOADS, stored_keys
from generation.sweeper import sweep
from generation.tests import hostile
from generation.tests.archives import archive
from generation.tests.archives import bring as bring_archive
from generation.tests.engine import ask, claim, draw, draw_all
from generation.tests.pictures_for_tests import bring, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


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
        if jobs := claim():
            draw(jobs)
    except (InjectedFault, Killed):
        pass
    fault("")
    Job.objects.active().update(lease_until=now() - timedelta(seconds=1))
    sweep()
    draw_all()


# The way of a request to its picture; uploads and archives have tests of their own.
ON_THE_WAY = [point for point in POINTS if not point.startswith(("upload.", "archive."))]
ARCHIVES = [point for point in POINTS if point.startswith("archive.")]


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
    accepted = Batch.objects.count()
    assert accepted == (0 if point == "submit.written" else 1)
    if accepted and point == "back.written":
        lose_the_first(fault, point)
    if accepted:
        fault(point)
        work_until_done(fault)
    made = Job.objects.filter(state=Job.State.SUCCEEDED).count()
    assert Image.objects.count() == made
    assert LedgerEntry.objects.filter(kind="capture").count() == made
    # What was raised is a failure that costs nothing; a killed worker's job is done again.
    assert made == accepted or how == "raise"
    assert violations(idle=True) == []


def lose_the_first(fault, point):
    """Its worker is gone, and whoever sweeps breaks."""
    fault("")
    assert claim("gone")
    Job.objects.active().update(lease_until=now() - timedelta(seconds=1))
    fault(point)
    with pytest.raises((InjectedFault, Killed)):
        sweep()
    assert Job.objects.active().count() == 1, "It is lost as a whole or not at all."


@pytest.mark.parametrize("point", ON_THE_WAY)
def test_who_sleeps_at_any_point_until_it_is_another_ones_changes_nothing(
    studio, painter, fault, monkeypatch, point
):
    """The lease runs out meanwhile, and another worker draws what it finds. Where the sleeper
    holds rows, the other one waits for it, as it would."""
    others = []

    def another_one():
        try:
            Job.objects.active().update(lease_until=now() - timedelta(seconds=1))
            sweep()
            while jobs := claim("another one"):
                draw(jobs)
        finally:
            connections.close_all()

    def meanwhile(seconds):
        if others:
            return
        others.append(threading.Thread(target=another_one))
        others[0].start()
        if not connection.in_atomic_block:
            others[0].join()

    monkeypatch.setattr("generation.fault_points.time.sleep", meanwhile)
    fault(point, "sleep")
    ask(studio, painter)
    if point == "back.written":
        claim("gone")
        Job.objects.active().update(lease_until=now() - timedelta(seconds=1))
        sweep()
    else:
        for jobs in filter(None, [claim()]):
            draw(jobs)
    for other in others:
        other.join()
    assert len(others) == 1, "It was never there."
    fault("")
    work_until_done(fault)
    assert Image.objects.count() == Job.objects.filter(state=Job.State.SUCCEEDED).count() == 1
    assert LedgerEntry.objects.filter(kind="capture").count() == 1
    assert violations(idle=True) == []


@pytest.mark.parametrize("how", ["raise", "kill", "sleep"])
def test_an_upload_that_breaks_in_the_middle_is_none(studio, fault, monkeypatch, how):
    """What a killed web process leaves is no picture of anybody's, and goes."""
    fault("upload.file", how)
    with monkeypatch.context() as patch:
        patch.setattr("generation.fault_points.time.sleep", lambda seconds: None)
        if how == "kill":
            fault("upload.file")
            patch.setattr(fault_points, "InjectedFault", Killed)
            patch.setattr(pictures, "discard", lambda keys: None)  # it comes to nothing any more
        if how == "sleep":
            assert bring(studio, picture())
            assert len(list(stored_keys(UPLOADS))) == 2
            return
        with pytest.raises((InjectedFault, Killed)):
            bring(studio, picture())
    fault("")
    assert not Upload.objects.exists()
    assert len(list(stored_keys(UPLOADS))) == (how == "kill")
    assert collector.remove_orphans(now() + timedelta(minutes=1)).files == (how == "kill")
    assert list(stored_keys(UPLOADS)) == []
    assert bring(studio, picture())


@pytest.mark.parametrize("point", ARCHIVES)
@pytest.mark.parametrize("how", ["raise", "sleep"])  # killed in test_archive.py, as a process
def test_an_archive_that_breaks_in_the_middle_is_none(
    alice, fault, monkeypatch, tmp_path, point, how
):
    (tmp_path / "a").write_bytes(archive(hostile.sound()))
    monkeypatch.setattr("generation.fault_points.time.sleep", lambda seconds: None)
    fault(point, how)
    if how == "raise":
        with pytest.raises(InjectedFault):
            bring_archive(tmp_path / "a", alice)
        assert not alice.workspaces.exists()
        collector.remove_orphans(now() + timedelta(minutes=1))
        assert list(stored_keys()) == []
        fault("")
    bring_archive(tmp_path / "a", alice)
    assert Image.objects.count() == 1
    assert violations(idle=True) == []


def test_there_are_forty_five_cases():
    """Fifteen points, and each is killed, raised at and slept at."""
    assert len(ON_THE_WAY) + len(ARCHIVES) + len(["upload.file"]) == len(POINTS) == 15


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
