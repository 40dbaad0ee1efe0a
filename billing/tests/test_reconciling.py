"""Events that never come are found in the night, and what differs is mended and named."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from billing.models import (
    Account,
    Customer,
    Order,
    Plan,
    Reconciliation,
    StripeEvent,
    Subscription,
)
from billing.stripe import telling
from billing.stripe.checkout import start_checkout, start_pack
from billing.stripe.client import stripe_api
from billing.stripe.reconciling import reconcile
from billing.tests.conftest import extra_of, plan_of, session_of
from pixazo.tests.cast import make_person

pytestmark = pytest.mark.both


@pytest.fixture
def subscribed(alice, stripe, pro, deliver):
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    deliver()
    return Subscription.objects.get()


def test_what_never_came_is_done_in_the_night(alice, dora, stripe, pro, pack):
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    stripe.control("pay", session=session_of(start_pack(alice, pack)))
    report = reconcile()
    assert (plan_of(alice), extra_of(alice)) == ("pro", 100)
    assert report.missed == StripeEvent.objects.filter(was_missed=True, state="done").count() >= 3
    assert f"found {report.missed} missed events" in dora.notices.get().text
    again = reconcile()
    assert (again.missed, again.found, again.error) == (0, [], "")
    assert dora.notices.count() == 1  # nothing to say


def test_what_differs_though_no_event_tells_of_it_is_mended_and_named(alice, stripe, subscribed):
    Subscription.objects.update(status="canceled")
    Account.objects.of(alice).move_to(Plan.objects.get(slug="free"), reason="lost")
    (status, plan) = reconcile().found
    assert status == f"{subscribed}: status was canceled and is active."
    assert plan == f"{subscribed.customer}: the plan was Free and is Pro."
    assert plan_of(alice) == "pro"


def test_a_subscription_that_is_gone_there_is_gone_here(alice, stripe, subscribed):
    stripe.store.get("subscription", subscribed.stripe_id)["status"] = "canceled"
    assert f"{subscribed}: status was active and is canceled." in reconcile().found
    assert plan_of(alice) == "free"


def test_a_plan_that_is_less_than_what_is_paid_is_put_right(alice, stripe, subscribed):
    Account.objects.of(alice).move_to(Plan.objects.get(slug="free"), reason="by mistake")
    assert reconcile().found == [f"{subscribed.customer}: the plan was Free and is Pro."]


def test_orders_of_which_nothing_was_heard_are_settled(alice, stripe, pack):
    url = start_pack(alice, pack)
    stripe.control("expire", session=session_of(url))
    start_pack(alice, pack)
    Order.objects.update(created=now() - datetime.timedelta(hours=2))
    stripe.store.all("event")
    reconcile()
    assert sorted(Order.objects.values_list("state", flat=True)) == ["expired", "open"]


def test_what_only_staff_can_mend_is_named(alice, bob, stripe, pro, subscribed):
    with stripe_api() as v1:
        other = v1.customers.create(params={"email": "other@example.org"})
    row = stripe.store.get("subscription", subscribed.stripe_id)
    second = {**row, "id": "sub_second"}
    stray = {**row, "id": "sub_stray", "customer": other.id}
    stripe.store.things |= {"sub_second": second, "sub_stray": stray}
    found = reconcile().found
    assert "sub_stray: it is paid for, and nobody here has it." in found
    assert f"{subscribed.customer} pays for 2 subscriptions at once." in found


def test_a_stripe_that_does_not_know_our_customers_takes_nobodys_plan(alice, stripe, subscribed):
    """Another account's key, for a day."""
    stripe.control("reset")
    found = reconcile().found
    assert found == [f"{subscribed.customer}: Stripe does not know this customer of ours."]
    assert plan_of(alice) == "pro"


def test_a_night_without_stripe_is_reported_and_the_next_one_looks_further_back(
    alice, dora, stripe, pro
):
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    stripe.control("fail", times=2)
    assert "can't be reached" in reconcile().error
    assert "was not finished" in dora.notices.get().text
    assert reconcile().missed >= 2
    assert plan_of(alice) == "pro"


def test_staff_can_call_for_it(alice, stripe, settings):
    said = StringIO()
    call_command("reconcile_stripe", stdout=said)
    assert "0 events had been missed." in said.getvalue()
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(CommandError, match="Nothing is sold"):
        call_command("reconcile_stripe")
    assert Reconciliation.objects.count() == 1


def test_old_events_are_forgotten_but_not_those_given_up(stripe):
    for pk, state in (("evt_1", "done"), ("evt_2", "failed")):
        StripeEvent.objects.create(pk=pk, kind="x", object_id="y", happened=now(), state=state)
    StripeEvent.objects.update(received=now() - datetime.timedelta(days=181))
    reconcile()
    assert [row.pk for row in StripeEvent.objects.all()] == ["evt_2"]


def test_customers_of_test_mode_are_left_alone_in_live_mode(alice, stripe, subscribed, settings):
    Customer.objects.update(livemode=True)
    stripe.control("reset")
    assert reconcile().found == []
    assert plan_of(alice) == "pro"


def test_payments_are_told_only_to_staff_who_may_see_them(dora):
    nina = make_person("nina", is_staff=True)
    telling.staff("A payment can't be understood.")
    assert (dora.notices.count(), nina.notices.count()) == (1, 0)
