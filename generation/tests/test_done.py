"""Whoever asked for pictures is told that they are done: once, and as they chose."""

from datetime import timedelta

import pytest

from accounts.models import Delivery, Notice, Preference, Webhook
from generation.done import tell
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
