"""An import, as its person sees its end: what came, what is held back, what it leaves in peace."""

import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation.models import Image, SafetyCase
from generation.safety import outputs
from generation.safety.finding import Finding
from generation.storage import stored_keys
from generation.tests import hostile
from generation.tests.archives import archive, bring, export, look
from generation.tests.engine import ask, draw_all
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo import decoding
from workspaces.archive import storing, working
from workspaces.models import ArchiveJob, Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

FILE = "pictures/000001-fox.png"


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    heard = []
    for module in ("views.archives", "archive.sending"):
        monkeypatch.setattr(f"workspaces.{module}.ring", heard.append)
    return heard


def taken(client, rung, raw, into=None, **choice):
    """The page at the end."""
    fields = {"workspace": into.pk} if into else {}
    file = SimpleUploadedFile("studio.tar.gz", raw)
    client.post(reverse("workspace_import"), {"file": file, **fields})
    working.work(rung.pop())
    job = ArchiveJob.objects.filter(kind="import").first()
    client.post(reverse("archive_take", args=[job.pk]), choice)
    if rung:
        working.work(rung.pop())
    return client.get(reverse("archive_job", args=[job.pk])).content.decode()


def test_its_end_says_what_came_and_what_was_there(as_alice, alice, painter, rung):
    raw = archive(hostile.sound())
    page = taken(as_alice, rung, raw)
    assert "Everything is imported" in page
    assert "Take off this list" in page
    assert "stays in the workspace" in page
    came = ArchiveJob.objects.get().report["came"]
    assert {line["title"]: line["new"] for line in came["lines"]}["Pictures"] == 1
    taken(as_alice, rung, raw, Workspace.objects.get())
    came = ArchiveJob.objects.first().report["came"]
    line = next(line for line in came["lines"] if line["title"] == "Pictures")
    assert (line["new"], line["changed"], line["left"]) == (0, 0, 1)


class TestContentSafety:
    @pytest.fixture
    def flagged(self, settings, monkeypatch):
        settings.CONTENT_SAFETY, settings.SAFETY = True, "standard"
        asked = []

        def finding(image):
            asked.append(image.size)
            return Finding("violence", "pixazo", {"violence": 0.9})

        monkeypatch.setattr(outputs, "_finding", finding)
        return asked

    def test_what_it_flags_does_not_come_and_staff_have_a_case(
        self, as_alice, alice, painter, rung, flagged
    ):
        page = taken(as_alice, rung, archive(hostile.sound()))
        assert "1 picture is held back by the safety check" in page
        assert not Image.objects.exists()
        assert list(stored_keys()) == []
        case = SafetyCase.objects.get()
        assert (case.author, case.reason, case.stage) == (alice, "violence", "output")
        assert default_storage.exists(case.quarantined)
        assert as_alice.get(reverse("held_back")).status_code == 200

    def test_the_same_again_is_one_case_and_comes_once_staff_allow_it(
        self, as_alice, alice, dora, painter, rung, flagged
    ):
        raw = archive(hostile.sound())
        taken(as_alice, rung, raw)
        place = Workspace.objects.get()
        taken(as_alice, rung, raw, place)
        assert len(flagged) == 1
        SafetyCase.objects.get().decide(dora, stands=False)
        taken(as_alice, rung, raw, place)
        assert Image.objects.get().workspace == place

    def test_what_nobody_could_look_at_is_not_taken_in(self, as_alice, painter, rung, settings):
        settings.CONTENT_SAFETY, settings.SAFETY = True, "standard"
        page = taken(as_alice, rung, archive(hostile.sound()))
        assert "safety check could not be asked" in page
        assert not Workspace.objects.exists()
        assert list(stored_keys()) == []


def test_what_was_signed_elsewhere_is_known_when_it_comes_again(alice, painter, tmp_path):
    """Encoded anew, its file is another one."""
    files = hostile.sound() | {FILE: as_bytes(picture(), "PNG", compress_level=9)}
    path = tmp_path / "a"
    path.write_bytes(archive(files))
    came = bring(path, alice)
    assert Image.objects.get().sha256 != Image.objects.get().arrived_sha256
    assert look(path, alice, came)["Pictures"] == (0, 1, 0)
    bring(path, alice, came)
    assert came.images.count() == 1


def test_a_large_picture_is_not_held_in_memory(alice, painter, tmp_path, monkeypatch):
    """It lies on the disk before anything looks at it."""
    seen = []
    usual = storing._take

    def take(section, row, name, path, arrival):
        seen.append(path.read_bytes()[:8] == storing.SIGNATURE)
        return usual(section, row, name, path, arrival)

    monkeypatch.setattr(storing, "_take", take)
    (tmp_path / "a").write_bytes(archive(hostile.sound()))
    bring(tmp_path / "a", alice)
    assert seen
    assert all(seen)


def test_one_process_decodes_all_pictures_of_an_archive(
    studio, alice, painter, tmp_path, monkeypatch
):
    started = []
    usual = decoding.Decoder._started
    monkeypatch.setattr(
        decoding.Decoder, "_started", lambda each: started.append(each) or usual(each)
    )
    ask(studio, painter, count=4)
    ask(studio, painter, count=4)
    draw_all()
    path = export(studio, tmp_path / "a")
    assert bring(path, alice).images.count() == 8
    assert 1 <= len(started) <= storing.AT_ONCE
    assert all(each.process.poll() is not None for each in started)  # none is left


def test_after_a_broken_picture_a_process_is_not_asked_again(tmp_path):
    (tmp_path / "good").write_bytes(as_bytes(picture(20, 10)))
    (tmp_path / "bad").write_bytes(as_bytes(picture(200, 200))[:-120])
    with decoding.Decoders() as decoders:
        with decoders.decoded(tmp_path / "good", "pixels") as first:
            assert first.original.stat().st_size == 20 * 10 * 3
        before = decoders.idle[0]
        with pytest.raises(decoding.NotAPicture), decoders.decoded(tmp_path / "bad", "pixels"):
            pass
        assert decoders.idle == []
        with decoders.decoded(tmp_path / "good", "picture") as second:
            assert (second.width, second.height) == (20, 10)
        assert decoders.idle[0] is not before


def test_rows_bear_the_moment_of_their_making_in_the_insert(alice, painter, tmp_path):
    """An update of each after it held the database's lock for most of the time."""
    (tmp_path / "a").write_bytes(archive(hostile.sound()))
    with CaptureQueriesContext(connection) as asked:
        came = bring(tmp_path / "a", alice)
    assert not [each["sql"] for each in asked if 'SET "created"' in each["sql"]]
    assert came.images.get().created.year == 2026


def test_its_page_says_when_it_would_not_come_back(studio, as_alice, painter, rung, settings):
    ask(studio, painter)
    draw_all()
    address = reverse("archive", args=["studio"])
    assert "be imported through these pages" not in as_alice.get(address).content.decode()
    settings.ARCHIVE_GB = 1e-9
    assert "be imported through these pages" in as_alice.get(address).content.decode()
    as_alice.post(reverse("archive_export", args=["studio"]))
    working.work(rung.pop())
    assert "can import larger ones with a command" in as_alice.get(address).content.decode()


def test_rows_that_change_while_they_come_are_refused(alice, painter, tmp_path, monkeypatch):
    """What is written is what was looked at."""
    from pixazo.errors import UserError
    from workspaces.archive import taking

    path = tmp_path / "a"
    path.write_bytes(archive(hostile.sound()))
    usual = taking.store

    def store(*args):
        usual(*args)
        files = hostile.sound()
        topics = json.loads(files["topics/0001.json"])
        topics["rows"][0]["name"] = "Another"
        path.write_bytes(archive(files | {"topics/0001.json": json.dumps(topics).encode()}))

    monkeypatch.setattr(taking, "store", store)
    with pytest.raises(UserError, match="changed while"):
        bring(path, alice)
    assert not Workspace.objects.exists()
