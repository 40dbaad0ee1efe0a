"""Whoever asked for pictures is told that they are done: once, and as they chose."""

from datetime import timedelta

import pytest

from accounts.models import Delivery, Notice, Preference, Webhook
from generation.done import tell, tell_of_pictures
from generation.models import Batch, Job
from generation.tests.engine import ask, draw_all

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def batch(studio, painter, alice):
    Preference.objects.remember(alice, {"webhook:drawn": True, "mail:long": True})
    Webhook.set_to(alice, "https://example.org/")
    return ask(studio, painter, count=2)


def test_it_is_told_when_the_last_is_done_and_once(batch, alice):
    tell(batch.pk)
    assert not Delivery.objects.exists()
    draw_all()
    for _twice in range(2):
        tell(batch.pk)
    row = Delivery.objects.get()
    assert (row.user, row.channel, row.kind) == (alice, "webhook", "drawn")
    assert not Notice.objects.exists()


def test_one_that_took_long_stands_in_the_bell_and_comes_by_mail(batch, alice):
    draw_all()
    Batch.objects.filter(pk=batch.pk).update(created=batch.created - timedelta(minutes=11))
    tell(batch.pk)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (alice, "long")
    assert [row.channel for row in Delivery.objects.all()] == ["mail"]


def test_what_is_long_is_theirs_to_say(batch, alice):
    Preference.objects.remember(alice, {"long_minutes": 30})
    draw_all()
    Batch.objects.filter(pk=batch.pk).update(created=batch.created - timedelta(minutes=11))
    tell(batch.pk)
    assert not Notice.objects.exists()


def test_one_that_failed_altogether_is_told_as_that(batch):
    Job.objects.filter(batch=batch).update(state="failed")
    tell(batch.pk)
    assert Notice.objects.get().kind == "failed"


def test_what_they_cancelled_they_know(batch):
    batch.cancel()
    tell(batch.pk)
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_the_engine_itself_rings(batch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        draw_all()
    assert Delivery.objects.count() == 1


def test_a_program_hears_what_it_can_fetch(batch):
    draw_all()
    tell(batch.pk)
    data = Delivery.objects.get().payload["data"]
    assert data["batch_id"] == str(batch.pk)
    assert [job["status"] for job in data["jobs"]] == ["COMPLETED", "COMPLETED"]
    assert data["jobs"][0]["image_url"].endswith(f"/api/image/{data['jobs'][0]['image_id']}")


def test_each_picture_may_be_told_of_and_once(studio, painter, alice):
    Webhook.set_to(alice, "https://example.org/")
    Preference.objects.remember(alice, {"webhook:picture": True})
    batch = ask(studio, painter, count=2)
    draw_all()
    for _twice in range(2):
        tell_of_pictures(batch.pk)
    rows = Delivery.objects.order_by("id")
    assert [row.kind for row in rows] == ["picture", "picture"]
    told = [row.payload["data"]["jobs"][0]["job_id"] for row in rows]
    assert sorted(told) == sorted(str(job.pk) for job in batch.jobs.all())


def test_whoever_wants_no_calls_costs_one_question(studio, painter, django_assert_num_queries):
    batch = ask(studio, painter)
    with django_assert_num_queries(1):
        tell_of_pictures(batch.pk)
