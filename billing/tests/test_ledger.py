"""Balances, holds and ledger tell one story, whatever happens in which order."""

import datetime
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from billing.drift import drifts
from billing.models import Account, Hold, LedgerEntry, OutOfUnits
from pixazo.tests.cast import make_person
from pixazo.tests.long import examples

pytestmark = pytest.mark.both

HALVES = st.integers(1, 8).map(lambda halves: halves / 2)


class UnitsOfAPerson(RuleBasedStateMachine):
    """Random days of one person on the free plan, against the plainest possible model."""

    def __init__(self):
        super().__init__()
        self.user = make_person(f"p-{uuid.uuid4().hex[:20]}")
        Account.objects.of(self.user)
        self.open = {}  # hold -> is it of today
        self.used = 0

    @property
    def account(self):
        return Account.objects.of(self.user)

    @property
    def held(self):
        return sum(units for units, is_todays in self.open.values() if is_todays)

    @rule(units=HALVES, images=st.integers(1, 4))
    def ask(self, units, images):
        has_room = self.held + self.used + units * images <= 10
        try:
            holds = self.account.hold(units, [uuid.uuid4() for _ in range(images)])
        except OutOfUnits:
            assert not has_room
        else:
            assert has_room
            self.open |= {hold.pk: (units, True) for hold in holds}

    @precondition(lambda self: self.open)
    @rule(data=st.data(), succeeds=st.booleans())
    def finish(self, data, succeeds):
        pk = data.draw(st.sampled_from(sorted(self.open)))
        units, is_todays = self.open.pop(pk)
        hold = Hold.objects.get(pk=pk)
        assert hold.capture() if succeeds else hold.release("Failed")
        self.used += units if succeeds and is_todays else 0

    @rule(data=st.data())
    def finish_again(self, data):
        settled = Hold.objects.filter(account__user=self.user).exclude(state=Hold.State.HELD)
        for hold in settled[:2]:
            assert not hold.capture()
            assert not hold.release("Twice")

    @rule()
    def sleep(self):
        day = datetime.timedelta(days=1)
        Account.objects.filter(user=self.user).update(day=F("day") - day)
        Hold.objects.filter(account__user=self.user).update(day=F("day") - day)
        self.open = {pk: (units, False) for pk, (units, _) in self.open.items()}
        self.used = 0

    @invariant()
    def what_is_left_is_what_was_neither_held_nor_used(self):
        assert self.account.left_today == 10 - self.held - self.used

    @invariant()
    def the_ledger_alone_tells_the_balance(self):
        todays = LedgerEntry.objects.filter(account__user=self.user, hold__day=self.account.day)
        lines = todays.order_by().values("kind").annotate(total=Sum("units"))
        sums = {line["kind"]: line["total"] for line in lines}
        settled = sums.get("capture", 0) + sums.get("release", 0)
        told = sums.get("hold", 0) - settled, sums.get("capture", 0)
        assert told == (self.account.held, self.account.spent)
        assert min(told) >= 0

    @invariant()
    def the_ledger_sums_to_what_is_open(self):
        sums = {
            line["kind"]: line["total"]
            for line in LedgerEntry.objects.filter(account__user=self.user)
            .order_by()
            .values("kind")
            .annotate(total=Sum("units"))
        }
        still_open = sum(units for units, _ in self.open.values())
        assert still_open == (sums.get("hold", 0) - sums.get("capture", 0) - sums.get("release", 0))

    @invariant()
    def nothing_drifts(self):
        assert not list(drifts())


class TestUnitsOfAPerson(UnitsOfAPerson.TestCase, TestCase):
    settings = settings(
        max_examples=examples(25),
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def account(alice):
    account = Account.objects.of(alice)
    used, returned, _ = account.hold(1, [uuid.uuid4() for _ in range(3)])
    used.capture()
    returned.release("Failed")
    return account


def test_a_sound_ledger_is_said_to_be_sound(account, capsys):
    call_command("check_ledger")
    assert "agree" in capsys.readouterr().out


@pytest.mark.parametrize(
    "damage",
    [
        lambda: Account.objects.update(held=5),
        lambda: Account.objects.update(spent=0),
        lambda: Account.objects.update(extra=1),
        lambda: Hold.objects.filter(state="held").update(state="captured"),
        lambda: Hold.objects.filter(state="captured").update(units=2),
        lambda: LedgerEntry.objects.filter(kind="capture")._raw_delete("default"),
    ],
)
def test_drift_is_found_and_fails_the_command(account, damage, capsys):
    damage()
    with pytest.raises(CommandError, match="differences"):
        call_command("check_ledger")
    assert capsys.readouterr().err
