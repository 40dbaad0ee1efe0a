"""Negative controls: each switches one guard off, and the very test of that race then fails. So the
test is able to fail, and the guard is what holds it (docs/faults.md lists all twelve)."""

import threading
from uuid import uuid4

import pytest
from django.db import connection

from accounts import departing
from accounts.models import Departure
from billing.drift import drifts
from billing.models import Account, OutOfUnits, Plan
from generation import keep, submit
from generation.invariants import violations
from generation.models import Image, Job
from generation.storage import stored_keys
from generation.tests import test_archive_pages, test_run, test_submit
from generation.tests.engine import ask, ask_one, claim, draw, draw_all
from pixazo.tests.cast import make_person
from workspaces.models import ArchiveJob, Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def believe_it_was_kept(monkeypatch):
    """Off: that a worker whose UPDATE changed no row removes what it has written."""
    monkeypatch.setattr(keep, "_commit", lambda job, image: job.succeed(image) or True)


def test_f18_without_a_look_for_its_own_commit_a_lost_answer_costs_the_picture(
    studio, painter, monkeypatch
):
    def commit(job, image):
        return keep._insisting(lambda: job.succeed(image))

    monkeypatch.setattr(keep, "_commit", commit)
    with pytest.raises(AssertionError, match="is missing"):
        test_run.test_an_answer_that_was_lost_is_not_a_second_picture(studio, painter, monkeypatch)


def test_f22_without_its_key_in_the_row_one_request_is_twenty(studio, painter, monkeypatch):
    """All have looked before any of them writes: the row's unique key is all that is left."""
    all_have_looked = threading.Barrier(20)
    accept = submit._accept

    def look(batch):
        all_have_looked.wait(60)

    def under_another_key(batches):
        for batch in batches:
            batch.idempotency_key = f"{batch.idempotency_key}-{uuid4()}"
        accept(batches)

    monkeypatch.setattr(submit, "_before", look)
    monkeypatch.setattr(submit, "_accept", under_another_key)
    with pytest.raises(AssertionError):
        test_submit.test_the_same_request_twenty_times_at_once_is_one_batch(studio, painter)


@pytest.mark.parametrize("guarded", [True, False])
def test_f47_a_workspace_deleted_at_the_last_moment_keeps_no_file(
    studio, painter, monkeypatch, guarded
):
    """The files are written, and nothing is left but to say so."""
    at_the_last_moment(monkeypatch, studio.delete_with_everything)
    if not guarded:
        believe_it_was_kept(monkeypatch)
    ask(studio, painter, count=2)
    draw_all()
    assert not Job.objects.exists()
    assert not list(drifts())
    assert (list(stored_keys()) == []) is guarded


@pytest.mark.parametrize("guarded", [True, False])
def test_f48_an_account_deleted_at_the_last_moment_keeps_no_file(painter, monkeypatch, guarded):
    person = make_person("zora")

    def leave():
        departing.depart(person)
        departing.complete(Departure.objects.get().pk)

    at_the_last_moment(monkeypatch, leave)
    if not guarded:
        believe_it_was_kept(monkeypatch)
    ask_one(Workspace.found(person, "Hers"), painter)
    draw_all()
    assert not Job.objects.exists()
    assert Account.objects.get(user=None).held == 0
    assert not list(drifts())
    assert (list(stored_keys()) == []) is guarded


def test_f51_without_the_constraint_of_its_row_four_archives_are_written_at_once(studio, alice):
    alone = next(
        each for each in ArchiveJob._meta.constraints if each.name == "one_archive_of_a_workspace"
    )
    with connection.schema_editor() as schema:
        schema.remove_constraint(ArchiveJob, alone)
    try:
        with pytest.raises(AssertionError):
            test_archive_pages.test_of_many_at_the_same_moment_one_is_taken(studio, alice)
    finally:
        ArchiveJob.objects.all().delete()
        with connection.schema_editor() as schema:
            schema.add_constraint(ArchiveJob, alone)


def test_a_key_that_is_revoked_in_the_middle_is_dead_and_what_was_accepted_is_drawn(
    studio, painter, alice
):
    """F48, of a key: it opens nothing more, and nobody loses what it had asked for."""
    from accounts.models import ApiKey
    from generation.tests.doors import by_api
    from generation.tests.programs import key_client

    program = key_client(alice)
    assert by_api(program).status_code == 202
    (mine,) = claim()
    for key in ApiKey.objects.filter(user=alice):
        key.revoke()
    draw([mine])
    assert by_api(program).status_code == 401
    assert Image.objects.count() == 1
    assert violations(idle=True) == []


def test_a_smaller_plan_lets_what_waits_be_drawn_and_nothing_new_in(studio, painter, alice):
    """F49."""
    ask(studio, painter, count=4)
    small = Plan.objects.default()
    small.pk, small.slug, small.name, small.daily_units = None, "small", "Small", 2
    small.is_default = False
    small.save(force_insert=True)
    Account.objects.of(alice).move_to(small, reason="it was cancelled")
    with pytest.raises(OutOfUnits):
        ask_one(studio, painter)
    draw_all()
    account = Account.objects.of(alice)
    assert (Image.objects.count(), account.held, account.left) == (4, 0, 0)
    with pytest.raises(OutOfUnits):
        ask_one(studio, painter)
    assert violations(idle=True) == []


def at_the_last_moment(monkeypatch, act):
    succeed, once = Job.succeed, []

    def too_late(job, image):
        if not once:
            once.append(act())
        return succeed(job, image)

    monkeypatch.setattr(Job, "succeed", too_late)
