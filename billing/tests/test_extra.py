"""Extra units: bought, given or refunded. They don't run out at midnight, and go last."""

import uuid

import pytest

from billing.drift import drifts
from billing.models import Account, Hold, LedgerEntry, OutOfUnits, Plan
from billing.tests.test_units import a_day_passes, jobs

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def account(alice):
    return Account.objects.of(alice)


def grant(account, units, reference="payment-1"):
    return account.grant(units, reason="Bought", reference=reference)


def again(account):
    return Account.objects.of(account.user)


def test_they_are_given_once_for_each_reference(account):
    assert grant(account, 5)
    assert not grant(account, 5)
    assert grant(account, 5, "payment-2")
    account = again(account)
    assert (account.extra, account.left_today, account.left) == (10, 10, 20)
    line = account.entries.first()
    assert (line.kind, line.units, line.change, line.why) == ("grant", 5, 5, "Bought")
    assert not list(drifts())


def test_the_same_reference_may_be_taken_back_once(account):
    grant(account, 5)
    assert account.take_back(5, reason="Returned", reference="payment-1")
    assert not account.take_back(5, reason="Returned", reference="payment-1")
    assert again(account).left == 10
    assert not list(drifts())


def test_they_go_after_the_days_and_are_not_back_the_next_day(account):
    grant(account, 5)
    again(account).hold(1, jobs(10))
    assert (again(account).left_today, again(account).extra) == (0, 5)
    again(account).hold(1, jobs(5))
    with pytest.raises(OutOfUnits):
        again(account).hold(1, jobs(1))
    a_day_passes()
    assert again(account).left == 10
    assert not list(drifts())


def test_one_picture_may_take_of_both_and_each_part_goes_back_to_where_it_was(account):
    grant(account, 5)
    account = again(account)
    account.hold(1, jobs(9))
    (hold,) = account.hold(4, jobs(1))
    assert (hold.units, hold.extra) == (4, 3)
    assert (again(account).held, again(account).extra) == (10, 2)
    assert not list(drifts())
    assert hold.release("Failed")
    assert (again(account).held, again(account).extra) == (9, 5)
    assert not list(drifts())


def test_yesterdays_hold_brings_its_extra_units_back_today(account):
    grant(account, 2)
    again(account).hold(1, jobs(10))
    (hold,) = again(account).hold(2, jobs(1))
    a_day_passes()
    assert Hold.objects.get(pk=hold.pk).release("Failed")
    assert again(account).left == 12
    assert not list(drifts())


def test_of_several_pictures_the_last_take_the_extra_units_and_used_ones_are_gone(account):
    grant(account, 2)
    holds = again(account).hold(1, jobs(12))
    assert sorted(hold.extra for hold in holds) == [0] * 10 + [1] * 2
    for hold in holds:
        assert hold.capture()
    account = again(account)
    assert (account.held, account.spent, account.extra, account.left) == (0, 10, 0, 0)
    assert not list(drifts())


def test_more_than_both_together_takes_nothing_and_names_what_is_left(account):
    grant(account, 2)
    with pytest.raises(OutOfUnits, match="You have 12 units left today, this needs 13"):
        again(account).hold(1, jobs(13))
    assert again(account).left == 12
    assert not Hold.objects.exists()


def test_without_a_daily_cap_none_are_taken(account):
    grant(account, 2)
    account.move_to(Plan.objects.unlimited(), reason="Given by staff")
    again(account).hold(1, jobs(250))
    assert again(account).extra == 2


def test_what_was_used_before_the_payment_was_returned_is_made_up_for(account):
    grant(account, 5)
    holds = again(account).hold(1, jobs(15))
    account.take_back(5, reason="Returned", reference="payment-1")
    assert (again(account).extra, again(account).left) == (-5, 0)
    # What comes back of them is not won a second time.
    for hold in holds[10:]:
        hold.release("Failed")
    assert again(account).left == 0
    grant(account, 3, "payment-2")
    assert again(account).left == 3
    assert not list(drifts())


def test_owing_extra_units_leaves_the_days_to_be_used(account):
    account.take_back(5, reason="Returned", reference="payment-0")
    assert again(account).left == 10
    a_day_passes()
    again(account).hold(1, jobs(10))
    with pytest.raises(OutOfUnits):
        again(account).hold(1, jobs(1))


@pytest.mark.parametrize(("units", "reference"), [(0, "a"), (-1, "a"), (1, ""), (0.25, "a")])
def test_nothing_is_given_for_nothing(account, units, reference):
    with pytest.raises(ValueError, match=r"(?i)units"):
        account.grant(units, reason="", reference=reference)
    assert not LedgerEntry.objects.exists()
    assert again(account).extra == 0


def test_a_used_picture_is_refunded_once_as_extra_units(account):
    used, held = account.hold(2, jobs(2))
    used.capture()
    assert not held.refund("Not used yet")
    assert used.refund("Staff looked at it")
    assert not used.refund("Staff looked at it")
    account = again(account)
    assert (account.spent, account.extra) == (2, 2)
    line = account.entries.first()
    assert (line.kind, line.change, line.why) == ("refund", 2, "Staff looked at it")
    assert not list(drifts())


def test_a_move_to_another_plan_is_told_once(account):
    pro = Plan.objects.get(slug="pro")
    assert account.move_to(pro, reason="Subscription begun")
    assert not again(account).move_to(pro, reason="Subscription begun")
    account = again(account)
    assert (account.plan, account.left) == (pro, 100)
    assert [line.why for line in account.entries.all()] == ["Pro: Subscription begun"]
    assert not list(drifts())


def test_drift_of_extra_units_is_found(account):
    grant(account, 5)
    Account.objects.update(extra=6)
    assert ["6 extra units" in sentence for sentence in drifts()] == [True]


def test_a_submission_of_the_days_units_asks_no_more_than_before(
    account, django_assert_num_queries
):
    """One UPDATE, the hold, its line."""
    grant(account, 5)
    account = again(account)
    account.hold(1, jobs(1))
    with django_assert_num_queries(3):
        account.hold_each({uuid.uuid4(): 1})
