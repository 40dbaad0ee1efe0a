"""What an archive says of its pictures is its own word: the site neither counts by it nor signs
it."""

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from PIL.PngImagePlugin import PngInfo

from billing.models import Account, Plan
from generation import estimate, limits, parts, topics
from generation.estimate import held
from generation.metadata.source import source_type
from generation.models import Image, Input, Job, PictureComment, ShareLink
from generation.provenance import mark
from generation.queue import work
from generation.storage import UPLOADS, stored_keys
from generation.tests import hostile
from generation.tests.archives import archive, bring, export, part
from generation.tests.engine import ask, ask_one, draw_all, request, without_cap
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.uploads import keeping
from pixazo.errors import UserError
from workspaces.archive import bounds, staging, taking, working
from workspaces.archive.files import chunks_of
from workspaces.archive.sections import ALL
from workspaces.models import ArchiveJob

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

FILE = "pictures/000001-fox.png"


@pytest.fixture
def signings(monkeypatch):
    """Each file that is signed with the site's certificate."""
    made = []

    def signed(png, *args):
        made.append(png)
        return png

    monkeypatch.setattr("generation.provenance.credentials.signed", signed)
    return made


def marked(code):
    texts = PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", mark.packet(code))
    return as_bytes(picture(), pnginfo=texts)


def brought(person, tmp_path, content=None):
    files = hostile.sound() | ({FILE: content} if content else {})
    (tmp_path / "a").write_bytes(archive(files))
    return bring(tmp_path / "a", person)


def stored(key):
    with default_storage.open(key) as file:
        return file.read()


def all_keys():
    return {*stored_keys(), *stored_keys(UPLOADS)}


class TestWhatTookHowLong:
    @pytest.fixture
    def others(self, studio, painter):
        """Twenty-four pictures of which an archive says that they took no time, on a card that
        nobody has."""
        without_cap(studio.owner)
        for _ in range(6):
            ask(studio, painter, count=4)
        draw_all()
        Image.objects.update(is_brought=True, draw_seconds=0, company=0)
        Job.objects.update(told_from="2026-01-01T00:00Z", told_until="2026-01-01T00:00Z")
        estimate.forget()
        limits._slowest.cache_clear()

    def test_nothing_is_learned_from_an_archive(self, studio, painter, others):
        job = ask_one(studio, painter)
        device = Image.objects.first().device
        assert work.pace_of(job) is None
        assert work.usual_of_all() == {}
        assert limits.limit_for([job], device) is None
        assert estimate.accuracy() is None
        assert held.margins() == (1.0, 1.0)

    def test_what_was_drawn_here_is_known_among_them(self, studio, painter, others):
        ask(studio, painter, count=work.FEWEST)
        draw_all()
        Image.objects.filter(is_brought=False).update(draw_seconds=7)
        estimate.forget()
        assert work.usual_of_all() == {painter.pk: 7}
        assert work.pace_of(ask_one(studio, painter)).usual == pytest.approx(7)

    def test_no_site_seems_to_draw_that_takes_in_archives(self, others):
        assert parts.drawing()["drawn"] == 0

    def test_its_person_is_not_told_that_they_were_drawn_today(self, others, as_alice):
        assert as_alice.get("/queue/").context["finished"] == []


class TestFilesOfRowsThatAreThere:
    def test_they_stay_where_the_person_can_not_be_counted(
        self, alice, painter, tmp_path, monkeypatch
    ):
        def fail(*args):
            raise OperationalError("database is locked")

        monkeypatch.setattr("generation.meter.recount", fail)
        image = brought(alice, tmp_path).images.get()
        assert all(default_storage.exists(key) for key in image.keys)

    def test_they_stay_whatever_fails_after_the_commit(self, alice, painter, tmp_path):
        def fail():
            raise RuntimeError("after the commit")

        path = tmp_path / "a"
        path.write_bytes(archive(hostile.sound()))
        with pytest.raises(RuntimeError, match="after the commit"):
            taking.take(
                lambda: chunks_of(path),
                path.stat().st_size,
                None,
                alice,
                finish=lambda place, came: transaction.on_commit(fail),
            )
        image = Image.objects.get()
        assert all(default_storage.exists(key) for key in image.keys)

    def test_they_are_left_to_the_collector_where_the_connection_breaks(
        self, alice, painter, tmp_path, monkeypatch
    ):
        """Nobody knows then whether the rows are there."""

        def broken(*args):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr("generation.archive.writing.Brought.write", broken)
        before = all_keys()
        with pytest.raises(OperationalError):
            brought(alice, tmp_path)
        assert len(all_keys() - before) == 3


class TestWhoseTheWorkspaceIs:
    @pytest.fixture
    def path(self, tmp_path):
        (tmp_path / "a").write_bytes(archive(hostile.sound()))
        return tmp_path / "a"

    def test_it_may_be_somebody_elses_by_now(self, studio, alice, bob, painter, path, monkeypatch):
        """Handed over while the pictures were decoded."""

        def handed_over(*args):
            type(studio).objects.filter(pk=studio.pk).update(owner=bob)

        monkeypatch.setattr(taking, "store", handed_over)
        with pytest.raises(UserError, match="another owner"):
            bring(path, alice, studio)
        assert not Image.objects.exists()

    def test_an_account_that_is_switched_off_takes_nothing_in(self, alice, painter, path):
        type(alice).objects.filter(pk=alice.pk).update(is_active=False)
        with pytest.raises(UserError, match="switched off"):
            bring(path, alice)
        assert not Image.objects.exists()
        assert all_keys() == set()

    def test_its_first_topic_goes_and_none_of_the_archives(self, alice, painter, tmp_path):
        """Also where one of these is as new, and empty."""
        empty = hostile.TOPIC | {"number": 2, "name": "Empty", "created": "2400-01-01T00:00Z"}
        files = hostile.sound() | {"topics/0001.json": part("topics", hostile.TOPIC, empty)}
        (tmp_path / "a").write_bytes(archive(files))
        came = bring(tmp_path / "a", alice)
        assert set(came.topics.values_list("name", flat=True)) == {"Foxes", "Empty"}


class TestHowManyRowsThereMayBe:
    def refused(self, person, tmp_path, into=None, **sections):
        files = hostile.sound() | {
            f"{name}/0001.json": part(name, *rows) for name, rows in sections.items()
        }
        order = ["lists", "topics", "requests", "comments", "pictures"]
        files = {name: raw for kind in order for name, raw in files.items() if kind in name}
        (tmp_path / "a").write_bytes(archive(files))
        with pytest.raises(UserError) as caught:
            bring(tmp_path / "a", person, into)
        return caught.value.sentence

    def topics(self, count):
        return [hostile.TOPIC | {"number": n, "name": f"t{n}"} for n in range(1, count + 1)]

    def test_too_many_are_refused_before_one_is_judged(self, alice, painter, tmp_path, monkeypatch):
        monkeypatch.setattr(taking, "_judged", None)  # it would break
        assert "“topics”" in self.refused(alice, tmp_path, topics=self.topics(1001))

    def test_they_are_as_many_as_a_workspace_may_have(self):
        assert bounds.MOST_ROWS["topics"] == topics.MOST
        assert bounds.MOST_ROWS["uploads"] == keeping.MOST_UPLOADS
        for section in ALL[:4]:
            assert bounds.MOST_ROWS[section.name] == section.most

    def test_all_together_are_bounded_too(self):
        few = {"cells": 50_000, "votes": 40_000, "lists": 200}
        assert bounds.too_many(few) == ""
        assert bounds.too_many(few | {"comments": 45_000}) == "cells"
        assert bounds.too_many({"weather": 50_001}) == "weather"

    def test_a_workspace_gets_no_more_topics_than_it_may_have(
        self, studio, alice, painter, tmp_path, monkeypatch
    ):
        monkeypatch.setitem(bounds.MOST_ROWS, "topics", 3)
        assert "3 of these" in self.refused(alice, tmp_path, studio, topics=self.topics(3))

    def test_a_thing_gets_no_more_comments_than_people_may_write(
        self, alice, painter, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("workspaces.comments.saying.MOST", 1)
        said = [
            {"number": n, "created": hostile.WHEN, "picture": 1, "request": None, "answers": None}
            | {"is_mine": True, "text": f"{n}", "edited": None, "resolved": None, "emptied": None}
            for n in (1, 2)
        ]
        assert "“comments”" in self.refused(alice, tmp_path, comments=said)

    def test_what_no_site_takes_in_is_not_made(self, studio, painter, tmp_path, monkeypatch):
        ask(studio, painter)
        draw_all()
        monkeypatch.setitem(bounds.MOST_ROWS, "requests", 0)
        with pytest.raises(UserError, match="requests"):
            export(studio, tmp_path / "a")
        monkeypatch.setattr("workspaces.archive.writing.MOST_FILE_BYTES", 10)
        with pytest.raises(UserError, match="holds up to 10"):
            export(studio, tmp_path / "b")


class TestRoom:
    def test_what_is_stored_counts_and_not_what_the_archive_says(self, alice, painter, tmp_path):
        """Renditions take more than this little picture does."""
        (tmp_path / "a").write_bytes(archive(hostile.sound()))
        account = Account.objects.of(alice)
        size = len(hostile.sound()[FILE]) + 50
        account.plan = Plan.objects.create(slug="small", name="Small", storage_gb=size / 2**30)
        account.save()
        with pytest.raises(UserError, match="your plan has left"):
            bring(tmp_path / "a", alice)
        assert not Image.objects.exists()
        assert all_keys() == set()

    @pytest.mark.parametrize("kind", ["WEBP", "JPEG"])
    def test_a_file_is_what_its_name_says(self, alice, painter, tmp_path, kind):
        with pytest.raises(UserError, match="no PNG file"):
            brought(alice, tmp_path, as_bytes(picture(), kind))
        assert all_keys() == set()


class TestAnswers:
    def test_one_comes_to_what_was_there_already(self, studio, alice, painter, tmp_path):
        ask(studio, painter)
        draw_all()
        there = {"workspace": studio, "image": Image.objects.get(), "author": alice}
        head = PictureComment.objects.create(text="More sky?", **there)
        answer = PictureComment.objects.create(text="Yes", parent=head, **there)
        path = export(studio, tmp_path / "a")
        answer.delete()
        bring(path, alice, studio)
        assert PictureComment.objects.get(text="Yes").parent == head


class TestWhereAPictureComesFrom:
    def test_anybodys_photo_is_neither_marked_nor_signed(self, alice, painter, tmp_path, signings):
        image = brought(alice, tmp_path).images.get()
        assert [source_type(stored(key)) for key in image.keys] == ["", "", ""]
        assert signings == []

    def test_not_even_when_it_is_shared(self, alice, as_bob, painter, tmp_path, signings):
        image = brought(alice, tmp_path).images.get()
        link = ShareLink.share(image, alice, "picture", None)
        answer = as_bob.get(f"/s/{link.token}/original.png")
        assert answer.status_code == 200
        assert source_type(answer.content) == ""
        assert signings == []

    def test_nobody_shares_it_where_pictures_are_looked_at(
        self, alice, as_alice, painter, tmp_path, settings
    ):
        image = brought(alice, tmp_path).images.get()
        settings.CONTENT_SAFETY = True
        with pytest.raises(UserError, match="came in an archive"):
            ShareLink.share(image, alice, "picture", None)
        assert not ShareLink.objects.exists()
        settings.CONTENT_SAFETY = False
        assert ShareLink.share(image, alice, "picture", None)

    @pytest.mark.parametrize(
        ("said", "kept", "is_composed"),
        [
            (mark.MADE, mark.MADE, False),
            (mark.COMPOSED, mark.COMPOSED, True),
            ("digitalCapture", "", False),
        ],
    )
    def test_the_mark_of_its_file_travels(
        self, alice, painter, tmp_path, signings, said, kept, is_composed
    ):
        image = brought(alice, tmp_path, marked(said)).images.get()
        assert {source_type(stored(key)) for key in image.keys} == {kept}
        assert image.is_composed == is_composed
        assert signings == []

    def test_what_keeps_parts_of_it_is_composed(self, alice, painter, editor, tmp_path):
        image = brought(alice, tmp_path, marked(mark.MADE)).images.get()
        sources = [Input(role="source", image=image)]
        asked = request(image.workspace, editor, mode="upscale", scale=2, pictures=sources)
        assert asked.is_composed

    def test_a_composed_one_comes_back_as_it_went(self, studio, bob, painter, tmp_path):
        ask(studio, painter)
        draw_all()
        first = bring(export(studio, tmp_path / "a"), bob).images.get()
        assert first.sha256 == Image.objects.get(workspace=studio).sha256


def test_nothing_is_noted_in_the_transaction_of_the_rows(alice, painter, monkeypatch):
    """Whoever gives it up would wait for it."""
    inside = []

    def note(job, done, total):
        inside.append(connection.in_atomic_block)
        return True

    monkeypatch.setattr(working, "NOTED", 0.0)
    monkeypatch.setattr(ArchiveJob, "note", note)
    key, size = staging.put([archive(hostile.sound())])
    import_kind = {"kind": "import", "state": "queued", "is_confirmed": True}
    job = ArchiveJob.objects.create(person=alice, name="a", keys=[key], size=size, **import_kind)
    working.work(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    assert set(inside) == {False}
