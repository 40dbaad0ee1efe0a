"""A machine that is lost costs what came after the latest backup, and nothing else (F60)."""

import errno
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from copy import copy
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils.timezone import now

from accounts.models import User
from billing.models import Account, Reconciliation
from generation import collector, pictures
from generation.invariants import checks
from generation.models import Batch, Image, Job, Worker
from generation.tests.engine import ask, ask_one, claim, draw_all, without_cap
from generation.tests.pictures_for_tests import bring, picture
from pixazo.backup import making, rows
from pixazo.backup.errors import NotPossible
from pixazo.backup.sealed import PIECE
from pixazo.backup.underway import is_underway, underway
from pixazo.ids import uuid7
from pixazo.landmarks import reached
from pixazo.models import Backup
from pixazo.stored import stored
from pixazo.tests import emptied
from pixazo.tests.cast import PASSWORD
from pixazo.tests.processes import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

PICTURES = int(os.environ.get("DRILL_PICTURES", "100"))
PHRASE = "correct horse battery staple"


@pytest.fixture
def vault(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def durable(settings):
    """Stored as the site stores them: each file on the disk before it has its name."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "generation.storage.DurableStorage",
            "OPTIONS": {"location": settings.MEDIA_ROOT},
        }
    }


def lose_everything():
    """The machine is gone: another one has an empty database and an empty folder."""
    emptied.empty()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def found():
    return [sentence for check in checks(hashes=True) for sentence in check.found]


def told(capsys):
    return "".join(capsys.readouterr())


class Writer(threading.Thread):
    """Goes on asking, drawing, and deleting for good, until it is told to stop."""

    def __init__(self, workspace, model):
        super().__init__(daemon=True)
        self.workspace, self.model = workspace, model
        self.ended, self.rounds, self.error = threading.Event(), 0, None

    def run(self):
        try:
            while not self.ended.is_set():
                ask(self.workspace, self.model, count=2)
                draw_all()
                Image.objects.order_by("pk").first().trash()
                collector.empty_trash(now() + timedelta(days=1))
                self.rounds += 1
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.join()
        assert self.error is None, self.error


def many(workspace, model, count):
    """Pictures with files of their own, of a few bytes: without an engine, and as if from an
    archive, so that none took units."""
    first = ask_one(workspace, model)
    draw_all()
    folder, (kept, *_) = Path(settings.MEDIA_ROOT), Image.objects.filter(job=first)
    files = [(Path(key).suffixes, (folder / key).read_bytes()) for key in kept.keys]
    batches = [
        Batch(
            workspace=workspace,
            topic=workspace.default_topic,
            author=workspace.owner,
            model=model,
            prompt=f"number {number}",
            width=kept.width,
            height=kept.height,
            num_inference_steps=1,
            guidance_scale=1.0,
            seed=number,
        )
        for number in range(count - 1)
    ]
    done = {"model": model, "lane": "gpu", "state": Job.State.SUCCEEDED, "units": 0}
    jobs = [
        Job(batch=each, index=0, author_id=workspace.owner_id, seed=1, **done) for each in batches
    ]
    images = []
    for number, job in enumerate(jobs):
        image = Image.objects.get(pk=kept.pk) if not number else copy(images[0])
        image.pk, image.job, image.created = uuid7(), job, now()
        contents = [content + f" {number}".encode() for _, content in files]
        keys = [f"generated/alice/studio/{number:032x}{''.join(suffixes)}" for suffixes, _ in files]
        image.original, image.medium, image.small = keys
        for key, content in zip(keys, contents, strict=True):
            (folder / key).write_bytes(content)
        image.bytes = len(contents[0])
        image.sha256 = hashlib.sha256(contents[0]).hexdigest()
        images.append(image)
    for kind, made in ((Batch, batches), (Job, jobs), (Image, images)):
        kind.objects.bulk_create(made, batch_size=500)


def test_the_drill(studio, painter, alice, vault, capsys, durable):
    """Pictures by the hundred, people at work, a backup, all is lost, and it comes back."""
    without_cap(alice)
    many(studio, painter, PICTURES)
    bring(studio, picture())
    begun = time.monotonic()
    with Writer(studio, painter) as writer:
        call_command("backup", vault)
        made = time.monotonic()
        assert reached()["backup"].age < 600
        until(lambda: writer.rounds)
    lose_everything()
    lost = time.monotonic()
    call_command("restore", vault)
    back = time.monotonic()
    assert "All that can be seen from here holds." in told(capsys)
    # The writer deletes one for each two that it makes.
    assert Image.objects.count() >= PICTURES
    assert User.objects.get(username="alice").check_password(PASSWORD)
    # And it goes on.
    assert not is_underway()
    ask_one(studio, painter)
    draw_all()
    assert found() == []
    with capsys.disabled():
        print(
            f" {PICTURES} pictures on {connection.vendor}: backup {made - begun:.1f} s beside a"
            f" writer, restore and verification {back - lost:.1f} s",
            end=" ",
        )


@pytest.mark.parametrize("guarded", [True, False])
def test_what_is_deleted_for_good_meanwhile_is_whole_in_the_backup(
    studio, painter, vault, monkeypatch, guarded
):
    """Without the guard a row of the backup has lost its files."""
    ask_one(studio, painter)
    draw_all()
    image = Image.objects.get()
    dump = rows.dump

    def dump_and_delete(path):
        form = dump(path)
        image.trash()
        collector.empty_trash(now() + timedelta(days=1))
        return form

    monkeypatch.setattr(rows, "dump", dump_and_delete)
    if not guarded:
        monkeypatch.setattr(pictures, "is_underway", lambda: False)
    making.make(vault)
    assert not Image.objects.exists()
    if guarded:
        # Its files belong to no row: the collector takes them a day later.
        assert collector.remove_orphans(now() + timedelta(days=2)).files == 3
    lose_everything()
    if guarded:
        call_command("restore", vault)
        assert found() == []
        return
    with pytest.raises(CommandError, match=r"things? (is|are) wrong"):
        call_command("restore", vault)


def test_the_next_backup_copies_only_what_is_new_and_old_ones_go(studio, painter, vault, capsys):
    ask(studio, painter, count=2)
    draw_all()
    first = making.make(vault)
    assert first.files == first.fresh == 6
    ask_one(studio, painter)
    draw_all()
    again = making.Vault.at(vault, "")
    (vault / "sets" / first.name).rename(vault / "sets" / "20200101T000000Z")
    second = making.make(vault, keep=2)
    assert (second.files, second.fresh, second.forgotten) == (9, 3, 0)
    Image.objects.order_by("pk").last().trash()
    collector.empty_trash(now() + timedelta(days=1))
    (vault / "sets" / second.name).rename(vault / "sets" / "20200102T000000Z")
    third = making.make(vault, keep=1)
    assert again.sets() == [third.name]
    # The files of a picture, and what was written for the older backups alone.
    assert third.forgotten >= 3
    lose_everything()
    call_command("restore", vault)
    assert "All that can be seen from here holds." in told(capsys)


def test_it_can_be_encrypted_and_says_nothing_without_its_words(
    studio, painter, vault, settings, capsys
):
    settings.BACKUP_KEY = PHRASE
    ask_one(studio, painter, prompt="zanzibar")
    draw_all()
    image = Image.objects.get()
    default_storage.save("help/long.txt", ContentFile(b"zanzibar " * 300_000))
    call_command("backup", vault)
    for path in vault.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
        if path.is_file():
            assert b"zanzibar" not in path.read_bytes()
            assert image.sha256 not in path.name
    lose_everything()
    for phrase, said in (("", "are encrypted"), ("wrong", "another PIXAZO_BACKUP_KEY")):
        settings.BACKUP_KEY = phrase
        with pytest.raises(CommandError, match=said):
            call_command("restore", vault)
    settings.BACKUP_KEY = PHRASE
    call_command("restore", vault)
    assert found() == []
    with default_storage.open("help/long.txt") as file:
        assert file.read() == b"zanzibar " * 300_000


@pytest.mark.parametrize("phrase", ["", PHRASE])
def test_what_is_damaged_does_not_come_back(studio, painter, vault, settings, phrase):
    settings.BACKUP_KEY = phrase
    ask_one(studio, painter)
    draw_all()
    call_command("backup", vault)
    image = Image.objects.get()
    path = making.Vault.at(vault, phrase).path_of(image.sha256)
    content = path.read_bytes()
    lose_everything()
    for damaged in (content[:-1], content[:-1] + bytes([content[-1] ^ 1]), b""):
        path.write_bytes(damaged)
        with pytest.raises(CommandError, match="damaged"):
            call_command("restore", vault)
        assert not User.objects.exists()
    path.unlink()
    with pytest.raises(CommandError, match="lacks the file"):
        call_command("restore", vault)
    # The rest is there already, and what was missing comes: it goes on where it stopped.
    path.write_bytes(content)
    call_command("restore", vault)
    assert found() == []


@pytest.mark.parametrize("phrase", ["", PHRASE])
def test_what_is_damaged_is_named_and_the_next_backup_writes_it_anew(
    studio, painter, vault, settings, phrase
):
    settings.BACKUP_KEY = phrase
    ask_one(studio, painter)
    draw_all()
    call_command("backup", vault)
    path = making.Vault.at(vault, phrase).path_of(Image.objects.get().sha256)
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(NotPossible, match=f"{path} is damaged. Remove it"):
        list(making.Vault.at(vault, phrase).read(Image.objects.get().sha256))
    path.unlink()
    assert_made_anew(vault, phrase)
    # What is shorter than it was, as after a loss of power, is noticed without being told.
    path.write_bytes(b"")
    assert_made_anew(vault, phrase)
    # And whatever is read again anyway takes the place of what was there.
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(default_storage.path(Image.objects.get().original), (0, 0))
    assert_made_anew(vault, phrase)
    lose_everything()
    call_command("restore", vault)
    assert found() == []


def test_a_damaged_picture_does_not_keep_all_else_from_coming_back(studio, painter, vault, capsys):
    ask(studio, painter, count=2)
    draw_all()
    call_command("backup", vault)
    first, second = Image.objects.order_by("pk")
    making.Vault.at(vault, "").path_of(first.sha256).write_bytes(b"?")
    lose_everything()
    with pytest.raises(CommandError, match="comes back with --without-damaged"):
        call_command("restore", vault)
    assert not User.objects.exists()
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("restore", vault, without_damaged=True)
    assert f"Damaged in the backup, and not there: {first.original}\n" in told(capsys)
    assert not default_storage.exists(first.original)
    assert default_storage.exists(second.original)
    assert Image.objects.count() == 2


def assert_made_anew(vault, phrase):
    (latest,) = making.Vault.at(vault, phrase).sets()[-1:]
    (vault / "sets" / latest).rename(vault / "sets" / f"2020{len(os.listdir(vault / 'sets'))}")
    assert making.make(vault, phrase).fresh == 1


def test_a_backup_whose_list_is_damaged_stops_neither_an_earlier_one_nor_the_next(
    studio, painter, vault
):
    ask_one(studio, painter)
    draw_all()
    first = making.make(vault).name
    (vault / "sets" / first).rename(vault / "sets" / "20200101T000000Z")
    (vault / "sets" / "20200102T000000Z").mkdir()
    (vault / "sets" / "20200102T000000Z" / "backup.json").write_text('{"version": 1, "si')
    for command in ("restore", "drill"):
        with pytest.raises(CommandError, match="20200102T000000Z is damaged"):
            call_command(command, vault)
    with pytest.raises(CommandError, match=r"is whole\. Files of older ones stayed"):
        call_command("backup", vault, keep=3)
    assert len(making.Vault.at(vault, "").sets()) == 3
    lose_everything()
    call_command("restore", vault, name="20200101T000000Z")
    assert found() == []


@pytest.mark.parametrize(("was", "is_now"), [(b'{"key"', b'?"key"'), (b'{"key"', b'{"kez"')])
def test_a_backup_whose_list_of_files_is_damaged_says_so_and_does_not_stop_the_next(
    studio, painter, vault, was, is_now
):
    ask_one(studio, painter)
    draw_all()
    first = making.make(vault).name
    there = making.Vault.at(vault, "")
    (vault / "sets" / first).rename(vault / "sets" / "20200101T000000Z")
    listing = there.path_of(there.about("20200101T000000Z")["files"]["sha256"])
    listing.write_bytes(listing.read_bytes().replace(was, is_now, 1))
    default_storage.save("help/more.txt", ContentFile(b"more"))  # else the list would be the same
    with pytest.raises(CommandError, match=r"is whole\. Files of older ones stayed"):
        call_command("backup", vault, keep=3)
    lose_everything()
    with pytest.raises(CommandError, match=r"20200101T000000Z is damaged: .* remove the folder"):
        call_command("restore", vault, name="20200101T000000Z")
    call_command("restore", vault)
    assert found() == []


def test_a_backup_whose_rows_are_damaged_is_not_to_be_mended_by_removing_them(studio, vault):
    name = making.make(vault).name
    there = making.Vault.at(vault, "")
    there.path_of(there.about(name)["database"]["sha256"]).write_bytes(b"?")
    lose_everything()
    with pytest.raises(CommandError, match=f"The backup {name} is damaged: .*--name"):
        call_command("restore", vault, without_damaged=True)
    assert not User.objects.exists()


def test_what_a_disk_can_not_read_any_more_is_damaged(studio, painter, vault, monkeypatch):
    ask_one(studio, painter)
    draw_all()
    call_command("backup", vault)
    image, look = Image.objects.get(), Path.open
    worn = making.Vault.at(vault, "").path_of(image.sha256)

    def read(path, *words, **more):
        if path == worn:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return look(path, *words, **more)

    monkeypatch.setattr(Path, "open", read)
    lose_everything()
    with pytest.raises(CommandError, match=f"{worn} is damaged"):
        call_command("restore", vault)
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("restore", vault, without_damaged=True)
    assert not default_storage.exists(image.original)


def test_who_leaves_out_what_is_damaged_is_told_also_where_it_is_no_picture(studio, vault, capsys):
    default_storage.save("help/said.txt", ContentFile(b"zanzibar"))
    call_command("backup", vault)
    making.Vault.at(vault, "").path_of(hashlib.sha256(b"zanzibar").hexdigest()).unlink()
    lose_everything()
    with pytest.raises(CommandError, match="are not there"):
        call_command("restore", vault, without_damaged=True)
    assert "Damaged in the backup, and not there: help/said.txt\n" in told(capsys)


def test_backups_that_are_gone_are_not_taken_for_damaged_ones(studio, painter, vault, tmp_path):
    ask_one(studio, painter)
    draw_all()
    call_command("backup", vault)
    there = making.Vault.at(vault, "")
    vault.rename(tmp_path / "elsewhere")
    with pytest.raises(NotPossible, match="no longer in") as said:
        list(there.read(Image.objects.get().sha256))
    assert type(said.value) is NotPossible


def test_of_an_encrypted_backup_also_a_file_that_is_a_little_shorter_is_noticed(vault):
    there = making.Vault.made_at(vault, PHRASE, "")
    for size in (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE):
        content = os.urandom(size)
        sha256, _size = there.keep([content])
        assert there.has(sha256, size)
        assert b"".join(there.read(sha256)) == content
        path = there.path_of(sha256)
        path.write_bytes(path.read_bytes()[:-1])
        assert not there.has(sha256, size)


def test_a_full_disk_is_a_sentence_that_says_which(studio, painter, vault, monkeypatch):
    ask_one(studio, painter)
    draw_all()

    def full(*words):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pixazo.backup.vault.os.fsync", full)
    with pytest.raises(CommandError) as said:
        call_command("backup", vault)
    assert str(said.value) == f"{vault}: No space left on device."
    monkeypatch.undo()
    call_command("backup", vault)
    lose_everything()
    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(CommandError) as said:
        call_command("restore", vault)
    monkeypatch.undo()
    assert str(said.value) == f"{settings.MEDIA_ROOT}: No space left on device."
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    with pytest.raises(CommandError) as said:
        call_command("restore", vault)
    assert str(said.value) == f"{tempfile.gettempdir()}: No space left on device."


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite")
def test_rows_for_which_there_is_no_room_are_a_sentence(studio, tmp_path, monkeypatch):
    rows.dump(tmp_path / "copy")
    room = tmp_path / "room"
    room.mkdir()  # SQLite opens none as a file
    monkeypatch.setitem(connection.settings_dict, "NAME", room)
    with pytest.raises(NotPossible, match=f"can't be written to {room}"):
        rows.load(tmp_path / "copy", rows.SQLITE)


def test_how_many_backups_stay_is_no_number_below_nothing(studio, vault):
    with pytest.raises(CommandError, match="--keep: it must be a whole number, 0 or more"):
        call_command("backup", str(vault), "--keep=-1")
    assert not vault.exists()


def test_nothing_that_is_there_is_written_over(studio, painter, vault):
    ask_one(studio, painter)
    draw_all()
    call_command("backup", vault)
    with pytest.raises(CommandError, match="There are people in this database"):
        call_command("restore", vault)
    emptied.empty()
    default_storage.save("generated/other.png", ContentFile(b"?"))
    with pytest.raises(CommandError, match="other files in the storage"):
        call_command("restore", vault)
    default_storage.delete("generated/other.png")
    call_command("restore", vault)
    assert Image.objects.count() == 1


def test_jobs_in_the_hands_of_lost_workers_are_cancelled_and_those_that_wait_go_on(
    studio, painter, alice, vault, settings, monkeypatch, capsys
):
    report = Reconciliation(missed=2, found=["Order 7 was open and is paid."], error="cut off")
    settings.STRIPE_SECRET_KEY = "sk_test_none"
    looked = []
    monkeypatch.setattr("billing.stripe.reconciling.reconcile", lambda: looked.append(1) or report)
    drawn = ask_one(studio, painter)
    (at_work,) = claim()
    at_work.start_drawing()
    waiting = ask_one(studio, painter)
    Worker.objects.create(name="tester", lanes="gpu", seen=now())
    call_command("backup", vault)
    lose_everything()
    call_command("restore", vault)
    said = told(capsys)
    assert "1 pictures that were being drawn are cancelled" in said
    assert looked == [1]
    assert "Stripe knew of 2 events since the backup" in said
    assert "With Stripe: Order 7 was open and is paid." in said
    assert "(cut off): run manage.py reconcile_stripe" in said
    assert reached()["drill"].age < 600  # this one came back and was verified
    assert Job.objects.get(pk=drawn.pk).state == "cancelled"
    assert Account.objects.of(User.objects.get(username="alice")).held == 1
    assert not Worker.objects.exists()
    draw_all()
    assert Job.objects.get(pk=waiting.pk).state == "succeeded"
    assert found() == []


def test_secrets_are_named_and_not_in_it(studio, vault, settings, capsys):
    (settings.DATA / "secret_key").write_text("the-key-of-this-site")
    call_command("backup", vault)
    assert f"Not in it, keep it elsewhere: {settings.DATA / 'secret_key'}" in told(capsys)
    assert not [
        path
        for path in vault.rglob("*")
        if path.is_file() and b"the-key-of-this-site" in path.read_bytes()
    ]


def test_restored_without_the_old_secret_it_says_what_is_lost_and_how_it_comes_back(
    studio, painter, vault, settings, capsys
):
    painter.api_key = "hf_very_secret"
    painter.save()
    (settings.DATA / "secret_key").write_text("the-key-of-this-site")
    call_command("backup", vault)
    lose_everything()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "made-anew"
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("restore", vault)
    said = told(capsys)
    assert "1 encrypted values can't be read" in said
    assert "generation.ImageModel.api_key: 1 values" in said
    settings.SECRET_KEY = old
    call_command("verify")
    assert "encrypted values can't be read" not in told(capsys)


def test_restored_it_says_whether_the_secret_is_the_old_one(studio, vault, settings, capsys):
    call_command("backup", vault)
    lose_everything()
    call_command("restore", vault)
    assert "This site has the secret of the one that was saved." in told(capsys)
    lose_everything()
    settings.SECRET_KEY = "made-anew"
    call_command("restore", vault)
    said = told(capsys)
    assert "another secret than the one that was saved: everybody signs in anew" in said
    assert "the secret of the one" not in said


def test_of_a_database_without_a_site_no_backup_is_made(studio, vault, monkeypatch):
    """Called without the site's settings: a sentence, and no folder that looks like backups."""
    monkeypatch.setattr(Backup._meta, "db_table", "never_migrated")
    with pytest.raises(CommandError, match=r"holds no site.*PIXAZO_DATA, in the environment\?"):
        call_command("backup", vault)
    assert not vault.exists()


def test_another_sites_backups_are_neither_added_to_nor_restored_by_mistake(
    studio, vault, settings
):
    call_command("backup", vault)
    settings.SITE_URL, before = "https://other.example", settings.SITE_URL
    with pytest.raises(CommandError, match=f"are of {before}, and this site is https://other"):
        call_command("backup", vault)
    lose_everything()
    with pytest.raises(CommandError, match="If the site has moved, say so"):
        call_command("restore", vault)
    assert not User.objects.exists()
    call_command("restore", vault, of=before)
    assert User.objects.get(username="alice")
    # It has moved: from its first backup here on, these are its own.
    (first,) = making.Vault.at(vault, "").sets()
    (vault / "sets" / first).rename(vault / "sets" / "20200101T000000Z")
    call_command("backup", vault, of=before)
    making.Vault.at(vault, "").belongs_to("https://other.example")


def test_it_is_tried_out_beside_the_running_site(studio, painter, vault, capfd):
    painter.api_key = "hf_very_secret"  # the trial reads what is encrypted, too
    painter.save()
    ask_one(studio, painter)
    draw_all()
    call_command("backup", vault)
    before = {file.key: file.size for file in stored()}
    call_command("drill", vault)
    assert "All that can be seen from here holds." in told(capfd)
    assert reached()["drill"].count == 1
    assert {file.key: file.size for file in stored()} == before
    assert Image.objects.count() == 1
    image = Image.objects.get()
    making.Vault.at(vault, "").path_of(image.sha256).unlink()
    with pytest.raises(CommandError, match="does not come back"):
        call_command("drill", vault)
    assert "lacks the file" in told(capfd)
    assert reached()["drill"].count == 1


def test_one_at_a_time_and_one_that_was_killed_stops_nobody(studio, vault):
    with underway(), pytest.raises(CommandError, match="being made already"):
        call_command("backup", vault)
    with underway():
        Backup.objects.update(until=now() - timedelta(seconds=1))
        assert not is_underway()
        call_command("backup", vault)


def test_one_whose_lease_ran_out_is_none(studio, vault, monkeypatch):
    """Files may have gone since its rows were read."""
    dump = rows.dump

    def dump_for_long(path):
        Backup.objects.update(until=now() - timedelta(seconds=1))
        return dump(path)

    monkeypatch.setattr(rows, "dump", dump_for_long)
    with pytest.raises(CommandError, match="taken for dead"):
        call_command("backup", vault)
    assert making.Vault.at(vault, "").sets() == []


def test_its_lease_is_renewed_whatever_takes_long(studio, monkeypatch):
    monkeypatch.setattr("pixazo.backup.underway.RENEWED", 0.1)
    with underway() as look:
        soon = now() + timedelta(minutes=1)
        Backup.objects.update(until=soon)
        until(lambda: Backup.objects.filter(until__gt=soon).exists())
        look()


def test_rows_reach_the_folder_encrypted_and_old_ones_go_before_another_may_begin(
    studio, vault, settings, monkeypatch
):
    settings.BACKUP_KEY = PHRASE
    dump, forget, found = rows.dump, making.Vault.forget, []

    def watched(path):
        found.append(vault in path.parents)
        return dump(path)

    def forget_watched(*words):
        found.append(is_underway())
        return forget(*words)

    monkeypatch.setattr(rows, "dump", watched)
    monkeypatch.setattr(making.Vault, "forget", forget_watched)
    making.make(vault, PHRASE, keep=1)
    assert found == [False, True]


def test_one_that_breaks_off_is_none(studio, painter, vault, monkeypatch):
    ask_one(studio, painter)
    draw_all()
    monkeypatch.setattr(default_storage, "open", broken)
    with pytest.raises(CommandError, match="the disk has gone"):
        call_command("backup", vault)
    monkeypatch.undo()
    assert not is_underway()
    with pytest.raises(CommandError, match="no finished backup"):
        call_command("restore", vault)
    assert making.make(vault, keep=1).files == 3


def broken(key, mode="rb"):
    raise OSError("the disk has gone")


def test_where_it_may_not_lie(studio, tmp_path, settings):
    with pytest.raises(CommandError, match="Not into"):
        call_command("backup", settings.MEDIA_ROOT / "backups")
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(CommandError, match="holds other things"):
        call_command("backup", other)
    with pytest.raises(CommandError, match="There are no backups"):
        call_command("restore", other)


def test_a_file_that_is_another_than_its_row_says_is_found(studio, painter, capsys):
    ask_one(studio, painter)
    draw_all()
    image = Image.objects.get()
    path = Path(default_storage.path(image.original))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    call_command("verify")
    with pytest.raises(CommandError, match=r"things? (is|are) wrong"):
        call_command("verify", hashes=True)
    assert "has the hash" in told(capsys)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite copies itself")
def test_without_pg_dump_the_tables_are_taken_as_text(studio, painter, vault, monkeypatch):
    ask(studio, painter, count=2)
    draw_all()
    monkeypatch.setattr(rows, "_program", lambda name: None)
    made = making.make(vault)
    about = json.loads((vault / "sets" / made.name / "backup.json").read_text())
    assert about["database"]["form"] == "tables"
    before = {image.pk: image.recipe for image in Image.objects.all()}
    lose_everything()
    call_command("restore", vault)
    assert {image.pk: image.recipe for image in Image.objects.all()} == before
    ask_one(studio, painter)  # its rows get numbers that nobody has
    draw_all()
    assert found() == []


def test_a_backup_of_another_kind_of_database_says_where_it_belongs(studio, vault, monkeypatch):
    other = "sqlite" if connection.vendor == "postgresql" else "pg_dump"
    dump = rows.dump
    monkeypatch.setattr(rows, "dump", lambda path: dump(path) and other)
    call_command("backup", vault)
    lose_everything()
    with pytest.raises(CommandError, match="This backup is of"):
        call_command("restore", vault)


def test_all_that_is_stored_is_in_it(studio, painter, vault):
    for key in ("help/a.txt", "exports/b.zip", "archives/c.part", "quarantine/d.png"):
        default_storage.save(key, ContentFile(key.encode()))
    before = {file.key: file.size for file in stored()}
    call_command("backup", vault)
    lose_everything()
    call_command("restore", vault)
    assert {file.key: file.size for file in stored()} == before
