"""What nobody paid for is not had, and what was paid for is."""

import datetime

import pytest

from billing.models import Account, Plan, PlanPrice, Subscription
from billing.stripe import grace, managing
from billing.stripe.catalogue import sync
from billing.stripe.checkout import start_checkout
from billing.stripe.errors import HasMore, NotPaid
from billing.stripe.previewing import preview
from billing.tests.conftest import plan_of


def test_a_period_that_was_never_paid_counts_for_no_other_plan(
    alice, as_alice, stripe, pro, all_inclusive, buy, deliver
):
    buy(alice, all_inclusive, card="later_declined")
    stripe.control("forward", days=32)
    deliver()
    for plan, interval in ((pro, "month"), (all_inclusive, "year"), (all_inclusive, "month")):
        with pytest.raises(NotPaid):
            managing.change_plan(alice, plan, interval)
        with pytest.raises(NotPaid):
            preview(alice, plan, interval)
    assert managing.current(alice).plan == all_inclusive
    assert b"stays until" in as_alice.get("/billing/").content
    Subscription.objects.update(past_due_since=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    grace.end()
    assert plan_of(alice) == "free"
    page = as_alice.get("/billing/").content.decode()
    assert "You have All Inclusive again as soon as it is." in page
    assert "stays until" not in page
    assert "given by staff" not in page


def test_what_is_dearer_is_told_by_what_is_paid_and_not_by_todays_price(
    alice, stripe, pro, all_inclusive, buy
):
    buy(alice, pro)
    PlanPrice.objects.filter(plan=pro, interval="month").update(amount=5000)
    sync()
    assert preview(alice, all_inclusive, "month").is_charged_now
    managing.change_plan(alice, all_inclusive, "month")
    assert len([row for row in managing.invoices(alice) if row.status == "paid"]) == 2


def test_a_plan_that_is_paid_for_is_had_wherever_it_stands_on_the_page(alice, stripe, pro, buy):
    Plan.objects.filter(pk=pro.pk).update(position=0)  # the place of the free one, too
    buy(alice, pro)
    assert plan_of(alice) == "pro"


def test_nobody_pays_for_what_staff_gave_them(alice, as_alice, stripe, pro, all_inclusive, buy):
    Account.objects.of(alice).move_to(pro, reason="given")
    with pytest.raises(HasMore, match="You have Pro already"):
        start_checkout(alice, pro, "month")
    assert "Choose Pro" not in as_alice.get("/pricing/").content.decode()
    buy(alice, all_inclusive)
    assert plan_of(alice) == "all-inclusive"
