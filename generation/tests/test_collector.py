"""Rows go first, files after them, and nothing that somebody may want back."""

import os
import time
from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.utils.timezone import now

from billing.models import Account
from generation import collector, meter, pictures
from generation.collector import collect
from generation.invariants import violations
from generation.models import Batch, Image, Job, Worker
from generation.storage import stored_keys
from generation.tests.engine import ask, draw_all
from pixazo import in_order

pytestmark = pytest.mark.both

DAY = 86400


def make_older(key, seconds):
    then = time.time() - seconds
    os.utime(default_storage.path(key), (then, then))


def orphan(key="generated/alice/studio/0123.png", age=2 * DAY):
    default_storage.save(key, ContentFile(b"?"))
    make_older(key, age)
    return key


@pytest.fixture
def batch(studio, painter):
    batch = ask(studio, painter, count=2)
    draw_all()
    for key in stored_keys():
        make_older(key, 90 * DAY)
    return batch


def test_files_that_no_row_names_go_after_a_day(batch):
    kept = set(stored_keys())
    orphan()
    orphan("generated/gone/workspace/89ab.medium.webp")
    orphan("generated/alice/studio/.tmp123.part")
    young = orphan("generated/alice/studio/4567.png", age=3600)
    collect()
    assert set(stored_keys()) == kept | {young}
    assert violations(idle=True) == []


def test_trash_is_kept_for_thirty_days(batch):
    batch.trash()
    collect()
    assert Image.objects.count() == 2
    Batch.objects.update(deleted=now() - timedelta(days=31))
    collect()
    assert not Batch.objects.exists()
    assert not Job.objects.exists()
    assert list(stored_keys()) == []


def test_one_picture_goes_without_its_batch(batch):
    first, second = Image.objects.all()
    first.trash()
    Image.objects.filter(pk=first.pk).update(deleted=now() - timedelta(days=31))
    collect()
    assert list(Image.objects.all()) == [second]
    assert set(stored_keys()) == set(second.keys)
    assert Batch.objects.exists()
    assert violations(idle=True) == []


def test_a_picture_that_vanished_by_itself_is_noticed(batch):
    Image.objects.all()[0].delete()
    found = violations(idle=True)
    assert any("succeeded without a picture" in sentence for sentence in found)


def test_units_that_do_not_add_up_are_noticed(batch, alice):
    Account.objects.filter(user=alice).update(spent=7)
    assert any("7 used" in sentence for sentence in violations(idle=True))


@pytest.mark.parametrize("way", ["alone", "with its request"])
def test_what_is_brought_back_at_the_last_moment_stays_and_the_others_go(
    studio, painter, monkeypatch, way
):
    monkeypatch.setattr(collector, "PURGED_AT_ONCE", 1)
    for _ in range(2):
        ask(studio, painter)
    draw_all()
    thrown = list((Image if way == "alone" else Batch).objects.order_by("id"))
    for days, each in zip((32, 31), thrown, strict=True):
        each.trash()
        type(each).objects.filter(pk=each.pk).update(deleted=now() - timedelta(days=days))
    kept, lock = Image.objects.order_by("id")[0], in_order.lock

    def back_first(rows, **how):
        thrown[0].restore()
        return lock(rows, **how)

    monkeypatch.setattr(in_order, "lock", back_first)
    collect()
    assert list(Image.objects.all()) == [kept]
    assert set(stored_keys()) == set(kept.keys)
    assert violations(idle=True) == []


def test_much_trash_goes_in_portions(studio, painter, monkeypatch):
    monkeypatch.setattr(collector, "PURGED_AT_ONCE", 2)
    batches = [ask(studio, painter) for _ in range(5)]
    draw_all()
    for each in batches[:3]:
        each.trash()
    Batch.objects.exclude(deleted=None).update(deleted=now() - timedelta(days=31))
    Image.objects.filter(job__batch__deleted=None).update(deleted=now() - timedelta(days=31))
    collect()
    assert (Batch.objects.count(), Image.objects.count()) == (2, 0)
    assert violations(idle=True) == []


def test_many_files_are_looked_at_in_portions(batch, monkeypatch):
    monkeypatch.setattr(collector, "AT_ONCE", 4)
    for number in range(6):
        orphan(f"generated/alice/studio/{number}.png")
    collect()
    assert len(set(stored_keys())) == 6


def test_without_any_picture_there_is_nothing_to_do(db):
    collect()


def test_the_files_of_a_deleted_person_go_after_their_rows(batch, alice):
    """Their workspaces and pictures at once; the files are nobody's then, and so is the ledger."""
    alice.delete()
    assert not Image.objects.exists()
    assert Account.objects.get().user is None
    collect()
    assert list(stored_keys()) == []


def test_the_files_of_a_deleted_workspace_go_with_it(
    studio, batch, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        studio.delete_with_everything()
    assert not Image.objects.exists()
    assert list(stored_keys()) == []


def test_they_go_though_what_they_took_can_not_be_counted_and_what_follows_is_done(
    studio, batch, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(*args):
        raise OperationalError("connection lost")

    monkeypatch.setattr(meter, "_take", fail)
    with django_capture_on_commit_callbacks(execute=True):
        studio.delete_with_everything()
    assert list(stored_keys()) == []


def test_files_that_can_not_be_removed_keep_nothing_else_from_being_done(
    studio, batch, monkeypatch, django_capture_on_commit_callbacks
):
    def fail():
        raise OperationalError("connection lost")

    monkeypatch.setattr(pictures, "is_underway", fail)
    done = []
    with django_capture_on_commit_callbacks(execute=True):
        studio.delete_with_everything()
        transaction.on_commit(partial(done.append, "others"))
    assert done == ["others"]
    assert len(list(stored_keys())) == 6


def test_workers_that_are_long_gone_are_forgotten(db):
    Worker.objects.create(name="old", lanes="gpu", seen=now() - timedelta(hours=2))
    Worker.objects.create(name="new", lanes="gpu", seen=now())
    collect()
    assert [worker.name for worker in Worker.objects.all()] == ["new"]
