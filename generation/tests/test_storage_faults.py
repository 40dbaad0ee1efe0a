"""A disk that is full, gone or left behind by a killed worker costs nobody a unit (F39-F41), and
clocks that disagree cost nobody a lease (F24, F25)."""

import resource
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils.timezone import now

from billing.models import Account
from generation import collector, fault_points
from generation.invariants import violations
from generation.models import Image, Job, Worker
from generation.storage import DurableStorage, stored_keys
from generation.sweeper import sweep
from generation.tests.engine import ask_one, claim, draw, draw_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def disk(monkeypatch):
    """Filled, its files may not grow beyond some bytes: the kernel refuses in the middle of a
    file, as it does when there is no room left."""
    save = DurableStorage._save

    def limited(storage, name, content):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
        try:
            return save(storage, name, content)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    class Disk:
        def fill(self):
            monkeypatch.setattr(DurableStorage, "_save", limited)

        def empty(self):
            monkeypatch.setattr(DurableStorage, "_save", save)

    return Disk()


def test_a_disk_that_is_full_in_the_middle_of_a_file(studio, painter, alice, disk):
    disk.fill()
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "disk_full")
    assert list(stored_keys()) == []
    assert Account.objects.of(alice).held == 0
    disk.empty()
    ask_one(studio, painter)
    draw_all()
    assert Image.objects.count() == 1
    assert violations(idle=True) == []


def test_what_is_deleted_goes_though_the_disk_is_full(studio, painter, disk):
    ask_one(studio, painter)
    draw_all()
    disk.fill()
    image = Image.objects.get()
    assert image.trash()
    assert collector.empty_trash(now() + timedelta(days=1)) == 3
    assert list(stored_keys()) == []


def test_a_folder_that_can_not_be_written_is_a_failure_said_in_words(studio, painter, settings):
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT / "generated").write_text("in the way")
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "storage")
    assert "could not be stored" in job.error
    (settings.MEDIA_ROOT / "generated").unlink()
    ask_one(studio, painter)
    draw_all()
    assert Image.objects.count() == 1


def test_files_of_a_worker_killed_before_its_commit_are_collected(
    studio, painter, settings, monkeypatch
):
    class Killed(BaseException):
        pass

    monkeypatch.setattr(fault_points, "InjectedFault", Killed)
    settings.TESTING, settings.FAULT = True, "keep.files:raise"
    ask_one(studio, painter)
    with pytest.raises(Killed):
        draw(claim())
    settings.FAULT = ""
    left = set(stored_keys())
    assert len(left) == 3
    Job.objects.update(lease_until=now() - timedelta(seconds=1))
    sweep()
    draw_all()
    assert collector.remove_orphans(now() + timedelta(minutes=1)) == 3
    assert left.isdisjoint(stored_keys())
    assert default_storage.exists(Image.objects.get().original)
    assert violations(idle=True) == []


@pytest.mark.parametrize("minutes", [-60, -10, 10, 60])
def test_a_host_whose_clock_is_wrong_loses_no_lease_and_no_worker(studio, painter, minutes):
    """Leases run on the database's clock. (SQLite's is this host's own, read by itself.)"""
    job = ask_one(studio, painter)
    Worker.objects.create(name="w", lanes="gpu", seen=now())
    with time_machine.travel(now() + timedelta(minutes=minutes)):
        (mine,) = claim()
        assert sweep() == 0
        assert mine.renew_lease()
        assert Worker.objects.alive().exists()
        draw([mine])
    assert sweep() == 0
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("succeeded", 1)
    assert job.image.wait_seconds >= 0
    assert job.image.draw_seconds >= 0
    assert violations(idle=True) == []
