"""The pages of archives: who may, what is said, and what becomes of what nobody wants any more."""

import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Notice
from billing.models import Account, Plan
from generation.storage import UPLOADS, stored_keys
from generation.tests import hostile
from generation.tests.archives import archive, export, part
from generation.tests.engine import at_once
from workspaces.archive import caretaking, staging, working
from workspaces.archive.errors import Busy
from workspaces.models import ArchiveJob, Membership, Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
SOUND = archive(hostile.sound())


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """What was rung for; a test works on it itself."""
    heard = []
    for module in ("views.archives", "archive.sending"):
        monkeypatch.setattr(f"workspaces.{module}.ring", heard.append)
    return heard


def work_all(rung):
    while rung:
        working.work(rung.pop())


def kept():
    return set(stored_keys(staging.FOLDER))


def sends(client, raw=SOUND, **fields):
    file = SimpleUploadedFile("studio.tar.gz", raw)
    return client.post(reverse("workspace_import"), {"file": file, **fields}, follow=True)


def test_its_owner_makes_one_and_fetches_it(studio, as_alice, rung, tmp_path):
    page = as_alice.post(reverse("archive_export", args=["studio"]), follow=True)
    assert b"Waits for its turn" in page.content
    work_all(rung)
    page = as_alice.get(reverse("archive", args=["studio"]))
    job = ArchiveJob.objects.get()
    assert reverse("archive_download", args=[job.pk]) in page.content.decode()
    told = Notice.objects.get()
    assert (told.user, told.text) == (studio.owner, f"The archive “{job.name}” can be fetched.")
    assert as_alice.get(told.link).status_code == 200
    answer = as_alice.get(reverse("archive_download", args=[job.pk]))
    raw = b"".join(answer.streaming_content)
    assert len(raw) == int(answer["Content-Length"]) == job.size
    assert job.name == f"studio-{now():%Y-%m-%d}.tar.gz"
    assert f'filename="{job.name}"' in answer["Content-Disposition"]
    (tmp_path / "a").write_bytes(raw)
    assert sends(as_alice, raw).status_code == 200


def test_only_the_owner_may(studio, as_alice, as_bob, as_charlie, rung):
    as_alice.post(reverse("archive_export", args=["studio"]))
    work_all(rung)
    job = ArchiveJob.objects.get()
    for client in (as_bob, as_charlie):
        assert client.get(reverse("archive", args=["studio"])).status_code == 404
        assert client.post(reverse("archive_export", args=["studio"])).status_code == 404
        assert client.get(reverse("archive_job", args=[job.pk])).status_code == 404
        assert client.get(reverse("archive_download", args=[job.pk])).status_code == 404
        assert client.post(reverse("archive_delete", args=[job.pk])).status_code == 404
        assert client.post(reverse("archive_take", args=[job.pk])).status_code == 404


def test_a_former_owner_fetches_nothing_any_more(studio, alice, bob, as_alice, rung):
    as_alice.post(reverse("archive_export", args=["studio"]))
    work_all(rung)
    Membership.objects.filter(workspace=studio, user=bob).delete()
    Membership.objects.filter(workspace=studio, user=alice).update(user=bob)
    Workspace.objects.filter(pk=studio.pk).update(owner=bob)
    address = reverse("archive_download", args=[ArchiveJob.objects.get().pk])
    assert as_alice.get(address).status_code == 404


def test_two_at_once_are_refused(studio, alice, as_alice):
    assert as_alice.post(reverse("archive_export", args=["studio"])).status_code == 302
    answer = as_alice.post(reverse("archive_export", args=["studio"]))
    assert answer.status_code == 409
    assert b"Wait until that is done" in answer.content


def test_of_many_at_the_same_moment_one_is_taken(studio, alice):
    results = at_once(4, lambda number: ArchiveJob.export(studio, alice))
    assert sum(isinstance(each, ArchiveJob) for each in results) == 1
    assert sum(isinstance(each, Busy) for each in results) == 3


def test_the_row_itself_keeps_a_second_one_out(studio, alice):
    """Without the look before, so that nothing else can be what holds the test above."""
    ArchiveJob.export(studio, alice)
    job = ArchiveJob(kind="export", state="queued", person=alice, workspace=studio, name="x")
    with pytest.raises(IntegrityError):
        job.save(force_insert=True)


def test_one_that_is_sent_is_seen_and_then_taken(as_alice, alice, painter, rung):
    page = sends(as_alice)
    work_all(rung)
    job = ArchiveJob.objects.get()
    address = reverse("archive_job", args=[job.pk])
    page = as_alice.get(address).content.decode()
    assert "nothing is kept yet" in page
    assert not Workspace.objects.exists()
    assert "Pictures" in page
    as_alice.post(reverse("archive_take", args=[job.pk]), {"policy": "skip"})
    work_all(rung)
    came = Workspace.objects.get(owner=alice)
    assert came.get_absolute_url() in as_alice.get(address).content.decode()
    assert came.images.count() == 1
    assert kept() == set()


def test_a_large_one_comes_in_parts(as_alice, alice, painter, rung):
    fields = {"size": len(SOUND), "name": "big.tar.gz", "workspace": ""}
    begun = as_alice.post(reverse("workspace_import"), fields).json()
    assert as_alice.post(reverse("workspace_import"), fields | {"size": "²"}).status_code == 413
    middle = len(SOUND) // 2
    for number, piece in enumerate((SOUND[:middle], SOUND[middle:])):
        sent = {"number": number, "part": SimpleUploadedFile("part", piece)}
        assert as_alice.post(begun["parts"], sent).status_code == 204
    again = {"number": 0, "part": SimpleUploadedFile("part", b"x")}
    assert as_alice.post(begun["parts"], again).status_code == 409
    assert as_alice.post(begun["parts"], again | {"number": "²"}).status_code == 400
    assert as_alice.post(begun["look"]).json()["url"]
    assert as_alice.post(begun["parts"], again | {"number": 2}).status_code == 409
    work_all(rung)
    assert ArchiveJob.objects.get().state == "ready"


def test_a_part_that_is_in_its_row_stays_though_the_answer_to_its_commit_was_lost(
    alice, monkeypatch
):
    job = ArchiveJob.objects.create(kind="import", state="sending", person=alice)
    added = staging._added

    def committed_unheard(*args):
        added(*args)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(staging, "_added", committed_unheard)
    with pytest.raises(OperationalError):
        staging.add_part(job, ContentFile(b"a part"), 0, 100)
    job.refresh_from_db()
    assert kept() == set(job.keys) != set()
    monkeypatch.undo()
    with pytest.raises(staging.OutOfOrder):
        staging.add_part(job, ContentFile(b"a part"), 0, 100)
    assert kept() == set(job.keys)


def test_one_that_is_too_large_is_not_begun(as_alice, settings):
    settings.ARCHIVE_GB = 0.001
    answer = as_alice.post(reverse("workspace_import"), {"size": 2_000_000, "name": "x"})
    assert answer.status_code == 413


def test_one_that_means_harm_is_refused_on_its_page(as_alice, alice, rung):
    sends(as_alice, hostile.every()["a symbolic link"][0])
    work_all(rung)
    job = ArchiveJob.objects.get()
    assert "no plain file" in as_alice.get(reverse("archive_job", args=[job.pk])).content.decode()
    assert kept() == set()


def test_it_comes_into_a_workspace_of_ones_own_only(studio, as_alice, as_bob, rung):
    page = as_bob.post(
        reverse("workspace_import"),
        {"file": SimpleUploadedFile("a.tar.gz", SOUND), "workspace": str(studio.pk)},
    )
    assert page.status_code == 200
    assert not ArchiveJob.objects.exists()
    sends(as_alice, workspace=str(studio.pk))
    work_all(rung)
    job = ArchiveJob.objects.get()
    as_alice.post(reverse("archive_take", args=[job.pk]))
    work_all(rung)
    assert studio.images.count() == 1
    assert Workspace.objects.count() == 1


def test_what_is_there_otherwise_is_asked(studio, as_alice, alice, rung):
    alice.wordlists.create(name="colour", lines="green", scope="workspace", workspace=studio)
    sends(as_alice, workspace=str(studio.pk))
    work_all(rung)
    job = ArchiveJob.objects.get()
    assert job.has_conflicts
    assert b'value="replace"' in as_alice.get(reverse("archive_job", args=[job.pk])).content
    as_alice.post(reverse("archive_take", args=[job.pk]), {"policy": "replace"})
    work_all(rung)
    assert studio.wordlists.get().lines == "red"


def test_a_workspace_deleted_meanwhile_leaves_no_archive(studio, alice, rung, monkeypatch):
    job = ArchiveJob.export(studio, alice)
    usual = staging.put

    def put(chunks):
        found = usual(chunks)
        Workspace.objects.get(pk=studio.pk).delete_with_everything()
        return found

    monkeypatch.setattr(staging, "put", put)
    working.work(job.pk)
    assert not ArchiveJob.objects.exists()
    assert kept() == set()


def test_an_import_that_is_cancelled_while_it_works_brings_nothing(
    as_alice, alice, painter, rung, monkeypatch
):
    sends(as_alice)
    work_all(rung)
    job = ArchiveJob.objects.get()
    as_alice.post(reverse("archive_take", args=[job.pk]))
    before = set(stored_keys()) | set(stored_keys(UPLOADS))
    monkeypatch.setattr(ArchiveJob, "finish", lambda job, **changes: False)
    working.work(rung.pop())
    assert not Workspace.objects.exists()
    assert set(stored_keys()) | set(stored_keys(UPLOADS)) == before


def test_what_was_interrupted_is_said_so_and_its_files_go(as_alice, alice, rung):
    sends(as_alice)
    job = ArchiveJob.objects.get()
    job.claim()
    assert caretaking.look_after() == []
    ArchiveJob.objects.update(seen=now() - 2 * caretaking.SILENT)
    caretaking.look_after()
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("failed", "This was interrupted. Begin it anew.")
    assert kept() == set()


def test_what_nobody_heard_is_rung_for_again(studio, alice):
    job = ArchiveJob.export(studio, alice)
    assert caretaking.look_after() == []
    ArchiveJob.objects.update(seen=now() - 2 * caretaking.UNHEARD)
    assert caretaking.look_after() == [job.pk]


def test_an_archive_goes_after_a_week(studio, alice):
    job = ArchiveJob.export(studio, alice)
    working.work(job.pk)
    assert len(kept()) == 1
    ArchiveJob.objects.update(expires=now() - datetime.timedelta(seconds=1))
    caretaking.look_after()
    assert not ArchiveJob.objects.exists()
    assert kept() == set()


def test_what_was_stored_for_nothing_goes_after_a_day(studio, alice, monkeypatch):
    staging.put([b"left by a process that was killed"])
    caretaking.look_after()
    assert len(kept()) == 1
    assert staging.remove_orphans(now() + datetime.timedelta(hours=1)) == 1
    assert kept() == set()


def test_a_new_one_takes_the_place_of_the_one_before(studio, alice):
    first = ArchiveJob.export(studio, alice)
    working.work(first.pk)
    second = ArchiveJob.export(studio, alice)
    working.work(second.pk)
    assert [job.pk for job in ArchiveJob.objects.all()] == [second.pk]
    assert kept() == set(ArchiveJob.objects.get().keys)


def test_what_a_killed_worker_left_on_its_machine_goes(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in (f"{staging.BESIDE}old", "of-somebody-else"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "archive").write_bytes(b"half of one")
    caretaking.look_after()
    assert len(list(tmp_path.iterdir())) == 2
    assert staging.sweep(now() + datetime.timedelta(hours=1)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["of-somebody-else"]


def test_the_sweep_goes_on_when_a_folder_goes_before_it_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("gone", "left"):
        (tmp_path / f"{staging.BESIDE}{name}").mkdir()
    look = Path.lstat

    def first_it_goes(path):
        if path.name.endswith("gone") and path.exists():
            path.rmdir()
        return look(path)

    monkeypatch.setattr(Path, "lstat", first_it_goes)
    assert staging.sweep(now() + datetime.timedelta(hours=1)) == 1
    assert not any(tmp_path.iterdir())


def test_one_is_worked_on_once(studio, alice):
    job = ArchiveJob.export(studio, alice)
    assert job.claim()
    assert not ArchiveJob.objects.get(pk=job.pk).claim()
    working.work(job.pk)
    assert ArchiveJob.objects.get(pk=job.pk).state == "running"


def test_an_export_is_one_state_of_the_workspace(studio, alice, painter, tmp_path, monkeypatch):
    """What is written while the rows are read is not in it."""
    from workspaces.archive import sections

    usual = sections.Topics.rows

    def rows(section, leaving):
        yield from usual(section, leaving)
        from concurrent.futures import ThreadPoolExecutor

        from django.db import connections

        def write():
            try:
                alice.wordlists.create(name="late", lines="x", scope="workspace", workspace=studio)
                studio.topics.create(name="Late", author=alice)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as beside:
            beside.submit(write).result()
        assert not studio.wordlists.exists()

    monkeypatch.setattr(sections.Topics, "rows", rows)
    export(studio, tmp_path / "a")
    assert studio.wordlists.exists()


def test_more_archives_are_no_more_queries(studio, as_alice, django_assert_max_num_queries):
    def one_more():
        fields = {"person": studio.owner, "workspace": studio, "name": "a", "keys": ["x"]}
        ArchiveJob.objects.create(kind="export", state="done", expires=now(), **fields)

    one_more()
    as_alice.get(reverse("archive", args=["studio"]))
    with CaptureQueriesContext(connection) as of_one:
        as_alice.get(reverse("archive", args=["studio"]))
    for _ in range(5):
        one_more()
    with django_assert_max_num_queries(len(of_one)):
        as_alice.get(reverse("archive", args=["studio"]))


def test_rows_of_a_part_are_all_or_nothing(as_alice, alice, rung):
    """A row that only the writing finds wrong."""
    vote = {"experiment": 1, "created": hostile.WHEN, "first": 0, "second": 5, "verdict": "first"}
    files = hostile.sound()
    rows = {name: raw for name, raw in files.items() if name.endswith(".json")}
    rest = {name: raw for name, raw in files.items() if name not in rows}
    sends(as_alice, archive(rows | {"votes/0001.json": part("votes", vote)} | rest))
    work_all(rung)
    as_alice.post(reverse("archive_take", args=[ArchiveJob.objects.get().pk]))
    work_all(rung)
    assert ArchiveJob.objects.get().state == "failed"
    assert not Workspace.objects.exists()


def test_it_takes_no_more_room_than_the_plan_gives(as_alice, alice, rung):
    account = Account.objects.of(alice)
    account.plan = Plan.objects.create(slug="tiny", name="Tiny", storage_gb=0.0000001)
    account.save()
    sends(as_alice)
    work_all(rung)
    job = ArchiveJob.objects.get()
    assert (job.state, "your plan has room" in job.sentence) == ("failed", True)
