"""Who has used most of a day's units is told once a day."""

import pytest

from accounts.models import Notice, Preference
from accounts.tests.letters import sent
from billing.models import Account, Plan
from generation.tests.engine import ask

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def ten(alice):
    Account.objects.of(alice)
    Plan.objects.update(daily_units=10, waiting_jobs=None)


def ask_for(count, studio, painter, on_commit):
    with on_commit(execute=True):
        for _ in range(count):
            ask(studio, painter)


def test_they_are_told_once_and_by_mail_if_they_like(
    ten, alice, studio, painter, django_capture_on_commit_callbacks
):
    Preference.objects.remember(alice, {"mail:limit": True})
    ask_for(7, studio, painter, django_capture_on_commit_callbacks)
    assert not Notice.objects.exists()
    ask_for(2, studio, painter, django_capture_on_commit_callbacks)
    (notice,) = Notice.objects.filter(user=alice)
    assert notice.text.startswith("Most of today's units are used: 2 of 10 are left.")
    assert notice.link == "/account/units/"
    (letter,) = sent()
    assert letter.to == [alice.email]
    assert "2 of 10 are left" in letter.body


def test_whoever_has_extra_units_is_left_in_peace(
    ten, alice, studio, painter, django_capture_on_commit_callbacks
):
    Account.objects.of(alice).grant(50, reason="Bought", reference="one")
    ask_for(9, studio, painter, django_capture_on_commit_callbacks)
    assert not Notice.objects.exists()


def test_whoever_has_none_a_day_hears_nothing_of_the_day(
    ten, alice, studio, painter, django_capture_on_commit_callbacks
):
    Plan.objects.update(daily_units=0)
    Account.objects.of(alice).grant(2, reason="Bought", reference="one")
    ask_for(2, studio, painter, django_capture_on_commit_callbacks)
    assert not Notice.objects.exists()
