"""A person's units: a day's worth, held before the work and used or returned after it."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from billing.drift import drifts
from billing.models import Account, Hold, LedgerEntry, OutOfUnits, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def jobs(count):
    return [uuid.uuid4() for _ in range(count)]


def a_day_passes():
    """Rows a day older are the same as a clock a day later."""
    day = datetime.timedelta(days=1)
    Account.objects.update(day=F("day") - day)
    Hold.objects.update(day=F("day") - day)


@pytest.fixture
def account(alice):
    return Account.objects.of(alice)


def test_a_new_account_is_on_the_free_plan_with_ten_units(account):
    assert account.plan.name == "Free"
    assert account.left_today == 10


def test_the_eleventh_image_of_a_free_day_is_refused_with_the_time_of_reset(account):
    account.hold(1, jobs(10))
    with pytest.raises(OutOfUnits) as refusal:
        account.hold(1, jobs(1))
    assert refusal.value.status == 429
    assert refusal.value.sentence.startswith("You have no units left today, this needs 1.")
    assert "back at 00:00 UTC (in " in refusal.value.sentence


def test_the_hundred_and_first_image_of_a_pro_day_is_refused(account):
    Account.objects.update(plan=Plan.objects.get(slug="pro"))
    account = Account.objects.of(account.user)
    account.hold(1, jobs(100))
    with pytest.raises(OutOfUnits):
        account.hold(1, jobs(1))


def test_all_inclusive_has_no_daily_cap(account):
    Account.objects.update(plan=Plan.objects.unlimited())
    account = Account.objects.of(account.user)
    account.hold(1, jobs(250))
    assert account.left_today is None


def test_staff_change_a_plan_and_it_counts_at_once(account):
    Plan.objects.filter(slug="free").update(daily_units=3)
    account = Account.objects.of(account.user)
    account.hold(1, jobs(3))
    with pytest.raises(OutOfUnits):
        account.hold(1, jobs(1))


def test_too_poor_for_all_holds_nothing(account):
    account.hold(2, jobs(4))
    with pytest.raises(OutOfUnits, match="You have 2 units left today, this needs 4"):
        account.hold(2, jobs(2))
    assert Hold.objects.count() == 4
    assert Account.objects.get().held == 8


def test_a_request_larger_than_the_plan_is_refused(account):
    with pytest.raises(OutOfUnits):
        account.hold(11, jobs(1))


def test_a_captured_hold_is_used_once(account):
    (hold,) = account.hold(1, jobs(1))
    assert hold.capture()
    assert not hold.capture()
    assert not hold.release("Too late.")
    account.refresh_from_db()
    assert (account.held, account.spent) == (0, 1)


def test_a_released_hold_comes_back_once_with_its_reason(account):
    (hold,) = account.hold(1, jobs(1))
    assert hold.release("Cancelled")
    assert not hold.release("Cancelled")
    assert not hold.capture()
    account.refresh_from_db()
    assert (account.held, account.spent, account.left_today) == (0, 0, 10)
    assert account.entries.first().reason == "Cancelled"


def test_two_copies_of_a_hold_settle_once(account):
    (hold,) = account.hold(1, jobs(1))
    copy = Hold.objects.get()
    assert hold.capture()
    assert not copy.release("The other side was first.")
    assert LedgerEntry.objects.settling().count() == 1


def test_a_job_is_paid_once(account):
    (job,) = jobs(1)
    account.hold(1, [job])
    with pytest.raises(IntegrityError), transaction.atomic():
        account.hold(1, [job])
    assert Account.objects.get().held == 1


def test_a_returned_unit_may_be_held_again_for_the_same_job(account):
    (job,) = jobs(1)
    (first,) = account.hold(1, [job])
    first.release("Failed")
    (second,) = account.hold(1, [job])
    assert Hold.objects.of(job) == second
    assert second.capture()


def test_the_next_day_starts_full(account):
    account.hold(1, jobs(10))
    a_day_passes()
    account = Account.objects.of(account.user)
    assert account.left_today == 10
    account.hold(1, jobs(10))
    assert account.left_today == 0


def test_yesterdays_holds_do_not_touch_todays_numbers(account):
    used, returned = account.hold(1, jobs(2))
    a_day_passes()
    account = Account.objects.of(account.user)
    account.hold(1, jobs(1))
    assert Hold.objects.get(pk=used.pk).capture()
    assert Hold.objects.get(pk=returned.pk).release("Failed")
    account.refresh_from_db()
    assert (account.held, account.spent) == (1, 0)


def test_a_day_ahead_of_the_database_is_kept_and_nothing_is_reset_early(account):
    account.hold(1, jobs(10))
    Account.objects.update(day=F("day") + datetime.timedelta(days=1))
    account = Account.objects.of(account.user)
    assert account.left_today == 0
    with pytest.raises(OutOfUnits):
        account.hold(1, jobs(1))


def test_a_wrong_clock_on_a_web_host_resets_nothing_early(account, monkeypatch):
    account.hold(1, jobs(10))
    monkeypatch.setattr(
        "billing.models.account.today",
        lambda: datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1),
    )
    with pytest.raises(OutOfUnits):
        account.hold(1, jobs(1))


def test_the_ledger_only_grows(account):
    account.hold(1, jobs(1))
    entry = LedgerEntry.objects.get()
    for change in (
        entry.save,
        entry.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(units=0),
    ):
        with pytest.raises(TypeError, match="append-only"):
            change()


def test_a_deleted_person_leaves_a_ledger_of_nobody(account):
    account.hold(1, jobs(2))[0].capture()
    account.user.delete()
    account.refresh_from_db()
    assert account.user is None
    assert account.entries.count() == LedgerEntry.objects.count() == 3


def test_a_single_user_site_has_no_daily_cap(bob, settings):
    settings.SOLO = True
    assert Account.objects.of(bob).left_today is None


def test_halves_are_held_used_and_returned_as_they_are(account):
    first, second, third = account.hold(0.5, jobs(3))
    assert account.left_today == 8.5
    first.capture()
    second.release("cancelled")
    account.refresh_from_db()
    assert (account.held, account.spent, account.left_today) == (0.5, 0.5, 9)
    third.capture()
    account.refresh_from_db()
    # Whole ones read as whole ones, in templates and in JSON.
    assert [str(each) for each in (account.held, account.spent, account.left_today)] == [
        "0",
        "1",
        "9",
    ]
    assert not list(drifts())


def test_twenty_halves_are_the_ten_units_of_a_day(account):
    account.hold(0.5, jobs(20))
    with pytest.raises(OutOfUnits) as refusal:
        account.hold(0.5, jobs(1))
    assert "this needs 0.5" in refusal.value.sentence


def test_the_database_holds_nobody_owing(account):
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.update(held=-0.5)


@pytest.mark.parametrize("units", [0.25, 0.1, 1.0 / 3, 0.75, float("nan")])
def test_what_would_have_to_be_rounded_is_never_set_aside(account, units):
    """A quarter would be kept as 0.2 in one place and as 0.3 in another."""
    with pytest.raises(ValueError, match="halves"), transaction.atomic():
        account.hold(units, jobs(1))
    with pytest.raises(ValueError, match="halves"), transaction.atomic():
        Account.objects.update(held=units)
    assert not Hold.objects.exists()
    assert Account.objects.get().held == 0


@pytest.mark.parametrize("units", [0, -0.5, -3])
def test_nothing_is_free_and_nobody_is_paid_for_asking(account, units):
    account.hold(4, jobs(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        account.hold(units, jobs(1))
    assert Account.objects.get().held == 4
    assert Hold.objects.count() == LedgerEntry.objects.count() == 1


def test_the_ledger_takes_no_line_about_nothing(account):
    (hold,) = account.hold(1, jobs(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            account=account, hold=hold, kind=LedgerEntry.Kind.RELEASE, units=0
        )


def test_a_thousand_halves_are_five_hundred(account):
    """No sum of many small ones drifts away from the whole."""
    Account.objects.update(plan=Plan.objects.unlimited())
    account = Account.objects.of(account.user)
    holds = account.hold(0.5, jobs(1000))
    for hold in holds[:500]:
        hold.capture()
    account.refresh_from_db()
    assert (account.held, account.spent) == (250, 250)
    assert not list(drifts())
