"""A disk that is full, gone or left behind by a killed worker costs nobody a unit (F39-F41), and
clocks that disagree cost nobody a lease (F24, F25)."""

import errno
import os
import resource
import tempfile
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.utils.timezone import now

from billing.models import Account
from generation import collector, fault_points, parts
from generation.invariants import violations
from generation.models import Batch, Image, Job, Upload, Worker
from generation.retry import retry
from generation.storage import UPLOADS, DurableStorage, stored_keys
from generation.sweeper import sweep
from generation.tests.engine import ask_one, claim, draw, draw_all
from generation.tests.page import FETCH, address, generate
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.tests.programs import key_client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def disk(monkeypatch):
    """Filled, its files may not grow beyond some bytes: the kernel refuses in the middle of a
    file, as it does when there is no room left."""
    save = DurableStorage._save
    # The limit is the whole process's, and a picture's files are written by several threads.
    one_at_a_time = threading.Lock()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limited(storage, name, content):
        with one_at_a_time:
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

        def lock(self):
            """Mounted read-only, as far as whoever writes below it can tell."""
            locked.setattr("os.unlink", read_only(os.unlink))
            locked.setattr("os.remove", read_only(os.remove))
            locked.setattr("tempfile.mkstemp", read_only(tempfile.mkstemp))

        def unlock(self):
            locked.undo()

    with pytest.MonkeyPatch.context() as locked:
        yield Disk()


def photo(more=0):
    return SimpleUploadedFile("photo.png", as_bytes(picture()) + bytes(more))


def read_only(call):
    """What the kernel answers below the folder of pictures, and there alone."""

    def refuse(*args, **options):
        place = str(options.get("dir") or (args[0] if args else ""))
        if place.startswith(str(settings.MEDIA_ROOT)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), place)
        return call(*args, **options)

    return refuse


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
    assert collector.empty_trash(now() + timedelta(days=1)).rows == 1
    assert list(stored_keys()) == []


@pytest.mark.parametrize("trouble", ["fill", "lock"])
def test_an_upload_that_can_not_be_stored_says_so_and_leaves_nothing(
    studio, as_alice, alice, disk, trouble
):
    getattr(disk, trouble)()
    doors = (
        lambda: as_alice.post(address("uploads", studio), {"file": photo()}, **FETCH),
        lambda: key_client(alice).post("/api/uploads", {"file": photo()}),
    )
    for knock in doors:
        response = knock()
        assert (response.status_code, response["Retry-After"]) == (503, "5")
        assert response.json()["error"]["code"] == "storage"
        assert "Try again later" in response.json()["error"]["message"]
    assert not Upload.objects.exists()
    assert list(stored_keys(UPLOADS)) == []
    disk.empty() if trouble == "fill" else disk.unlock()
    assert doors[0]().status_code == 201


def test_an_upload_that_finds_no_room_on_its_way_in_says_so_too(studio, alice, monkeypatch):
    """A large one lies in the system's temporary folder until it is looked at."""

    def full(handler, data, start):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    person, program = Client(raise_request_exception=False), key_client(alice)
    person.force_login(alice)
    program.raise_request_exception = False
    for response in (
        person.post(address("uploads", studio), {"file": photo(3 * 2**20)}, **FETCH),
        program.post("/api/uploads", {"file": photo(3 * 2**20)}),
    ):
        assert (response.status_code, response["Retry-After"]) == (503, "5")
        assert response.json()["error"]["code"] == "unavailable"


def test_a_disk_that_can_only_be_read_shows_what_is_there(
    studio, painter, alice, as_alice, disk, monkeypatch
):
    """F40. Nothing new is kept or charged; rows may go, and their files follow later."""
    shown, thrown = (ask_one(studio, painter) for _ in range(2))
    draw_all()
    old = set(stored_keys())
    disk.lock()
    monkeypatch.setattr(parts, "_stored", float("-inf"))
    monkeypatch.setattr(parts, "LIMIT", 60.0)  # a busy machine is no failure
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "storage")
    assert (Account.objects.of(alice).held, Account.objects.of(alice).spent) == (0, 2)
    assert as_alice.get(address("image", studio, shown.image)).status_code == 200
    answer = as_alice.get("/api/health")
    assert (answer.status_code, answer.json()["degraded"]) == (503, ["storage"])
    assert thrown.image.trash()
    collector.empty_trash(now() + timedelta(days=1))
    assert not Image.objects.filter(job=thrown).exists()
    assert set(stored_keys()) == old
    disk.unlock()
    assert collector.remove_orphans(now() + timedelta(minutes=1)).files == 3
    retry(job, alice)
    draw_all()
    job.refresh_from_db()
    assert job.state == "succeeded"
    assert violations(idle=True) == []


@pytest.mark.parametrize("trouble", [{"f_flag": os.ST_RDONLY}, {"f_bavail": 1}])
def test_where_nothing_can_be_stored_nothing_new_is_taken_on_and_all_is_shown(
    studio, painter, alice, as_alice, monkeypatch, trouble
):
    """The site can be read, and says why it does no more."""
    shown = ask_one(studio, painter)
    draw_all()
    disk = {"f_blocks": 10_000, "f_frsize": 4096, "f_bavail": 5_000, "f_flag": 0, **trouble}
    monkeypatch.setattr("os.statvfs", lambda path: SimpleNamespace(**disk))
    said = {"prompt": "a house", "model": painter.slug}
    for response in (
        generate(as_alice, studio),
        key_client(alice).post("/api/generate", said, content_type="application/json"),
    ):
        assert (response.status_code, response["Retry-After"]) == (503, "5")
        assert response.json()["error"]["code"] == "storage"
        assert "What you have is all there." in response.json()["error"]["message"]
    assert Batch.objects.count() == 1
    assert Account.objects.of(alice).held == 0
    assert as_alice.get(address("studio", studio)).status_code == 200
    assert as_alice.get(address("image", studio, shown.image)).status_code == 200
    monkeypatch.undo()
    assert generate(as_alice, studio).status_code < 300


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
    assert collector.remove_orphans(now() + timedelta(minutes=1)).files == 3
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
