"""Units under parallel requests, with the control that shows these tests are able to fail."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import F

from billing.models import Account, Hold, LedgerEntry, OutOfUnits

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, act):
    """What `count` calls of `act` answer that begin together, each on its own connection."""
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait(60)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def hold_one(user):
    try:
        return Account.objects.of(user).hold(1, [uuid.uuid4()])[0]
    except OutOfUnits:
        return None


def test_fifty_parallel_requests_get_exactly_the_ten_units_there_are(alice):
    Account.objects.of(alice)
    holds = list(filter(None, at_once(50, lambda _: hold_one(alice))))
    assert len(holds) == Hold.objects.count() == LedgerEntry.objects.count() == 10
    assert Account.objects.get().held == 10


def test_of_fifty_parallel_requests_for_the_last_unit_one_is_served(alice):
    Account.objects.of(alice).hold(1, [uuid.uuid4() for _ in range(9)])
    assert sum(map(bool, at_once(50, lambda _: hold_one(alice)))) == 1


def test_control_reading_first_and_writing_after_oversells(alice):
    Account.objects.of(alice).hold(1, [uuid.uuid4() for _ in range(9)])
    everybody_has_looked = threading.Barrier(10)

    def look_then_hold(_):
        account = Account.objects.of(alice)
        has_room = account.left_today >= 1
        everybody_has_looked.wait(60)
        if has_room:
            Account.objects.filter(pk=account.pk).update(held=F("held") + 1)

    at_once(10, look_then_hold)
    assert Account.objects.get().held == 19, "The last unit was sold ten times, as it should be."


def test_a_hold_is_settled_once_however_many_try(alice):
    (hold,) = Account.objects.of(alice).hold(1, [uuid.uuid4()])

    def settle(number):
        mine = Hold.objects.get(pk=hold.pk)
        return mine.capture() if number % 2 else mine.release("Failed")

    assert sum(at_once(20, settle)) == 1
    assert LedgerEntry.objects.settling().count() == 1
    account = Account.objects.get()
    assert account.held == 0
    assert account.spent == (Hold.objects.get().state == Hold.State.CAPTURED)


def test_holding_and_settling_at_once_keep_the_balance(alice):
    holds = Account.objects.of(alice).hold(1, [uuid.uuid4() for _ in range(10)])

    def turn(number):
        if number < 10:
            return Hold.objects.get(pk=holds[number].pk).release("Cancelled")
        return hold_one(alice)

    at_once(30, turn)
    account = Account.objects.get()
    assert account.held == Hold.objects.open().count() <= 10


def test_a_persons_first_requests_make_one_account(alice):
    accounts = at_once(10, lambda _: Account.objects.of(alice).pk)
    assert len(set(accounts)) == 1
