"""Units under parallel requests, with the control that shows these tests are able to fail."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.timezone import now

from billing.drift import drifts
from billing.models import Account, Customer, Hold, LedgerEntry, OutOfUnits, Override, Plan
from billing.stripe.mirror import settle_plan

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


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


def test_control_looking_first_and_settling_after_would_pay_twice(alice):
    """And where the UPDATE didn't ask for the state, the database's own check still would."""
    (hold,) = Account.objects.of(alice).hold(1, [uuid.uuid4()])
    both_have_looked = threading.Barrier(2)

    def look_then_settle(number):
        mine = Hold.objects.get(pk=hold.pk)
        is_open = mine.state == Hold.State.HELD
        both_have_looked.wait(60)
        if not is_open:
            return False
        try:
            with transaction.atomic():
                mine.account.settle(mine.units, mine.day, captured=bool(number))
        except IntegrityError:
            return "owing"
        return True

    assert set(at_once(2, look_then_settle)) == {True, "owing"}
    assert Account.objects.get().held == 0


def test_whoever_looks_meanwhile_sees_accounts_that_add_up(alice, bob):
    """Balance, hold and ledger line change together or not at all, at every moment."""
    people = (alice, bob)
    over = threading.Event()
    seen = []

    def look():
        while not over.is_set():
            seen.append(list(drifts()))

    def live(number):
        for turn in range(8):
            hold = hold_one(people[number % 2])
            if hold:
                hold.capture() if turn % 3 == 0 else hold.release("Failed")

    def act(number):
        if number == 0:
            return look()
        try:
            return live(number)
        finally:
            lived.wait(60)
            over.set()

    lived = threading.Barrier(6)
    at_once(7, act)
    assert seen
    assert [differences for differences in seen if differences] == []
    assert not list(drifts())


def test_of_two_refunds_and_a_charge_at_once_one_counts_every_time(alice):
    Account.objects.of(alice)
    for _ in range(5):
        hold = hold_one(alice)

        def act(number, pk=hold.pk):
            mine = Hold.objects.get(pk=pk)
            return mine.capture() if number == 0 else mine.release("Cancelled")

        assert sum(at_once(3, act)) == 1
        hold.refresh_from_db()
        kinds = [line.kind for line in hold.entries.settling()]
        assert kinds == [{"captured": "capture", "released": "release"}[hold.state]]
    assert not list(drifts())


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


def test_fifty_parallel_requests_share_the_days_last_unit_and_two_extra_ones(alice):
    account = Account.objects.of(alice)
    account.grant(2, reason="Bought", reference="payment")
    account.hold(1, [uuid.uuid4() for _ in range(9)])
    assert sum(map(bool, at_once(50, lambda _: hold_one(alice)))) == 3
    account = Account.objects.get()
    assert (account.held, account.extra, account.left) == (10, 0, 0)
    assert not list(drifts())


def test_a_payment_told_twenty_times_at_once_gives_its_units_once(alice):
    account = Account.objects.of(alice)
    given = at_once(20, lambda _: account.grant(5, reason="Bought", reference="payment"))
    assert sum(given) == 1
    assert Account.objects.get().extra == 5
    assert not list(drifts())


def test_a_groups_new_exception_and_its_new_member_see_each_other(alice):
    account, group = Account.objects.of(alice), Group.objects.create(name="School")
    written, joined = threading.Event(), threading.Event()

    def make_exception():
        with transaction.atomic():
            Override.objects.create(group=group, limit="daily_units", value=50)
            written.set()
            joined.wait(1)  # it can't be, while this is not committed

    def join():
        written.wait(60)
        alice.groups.add(group)
        joined.set()

    at_once(2, lambda number: (make_exception, join)[number]())
    account.refresh_from_db()
    assert account.own_limits == {"daily_units": 50}


def test_what_staff_give_while_a_subscription_is_read_stays(alice):
    Plan.objects.seed()
    account, pro = Account.objects.of(alice), Plan.objects.get(slug="pro")
    customer = Customer.objects.create(user=alice, stripe_id="cus_1")
    row = {"stripe_id": "sub_1", "status": "active", "plan": pro, "read": now()}
    customer.subscriptions.create(**row)
    given, settled = threading.Event(), threading.Event()

    def give():
        with transaction.atomic():
            account.move_to(Plan.objects.get(slug="all-inclusive"), reason="given")
            given.set()
            settled.wait(1)  # it can't be, while this is not committed

    def settle():
        given.wait(60)
        with transaction.atomic():
            settle_plan(customer)
        settled.set()

    at_once(2, lambda number: (give, settle)[number]())
    assert Account.objects.of(alice).plan.slug == "all-inclusive"
