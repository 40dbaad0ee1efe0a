"""What people buy, change and give back, told by the stand-in for Stripe."""

import datetime

import pytest

from accounts.models import Notice
from accounts.tests.letters import sent
from billing.models import Account, Customer, LedgerEntry, Order, PlanPrice, Subscription
from billing.own import Purchases
from billing.stripe import forgetting, grace, managing
from billing.stripe.catalogue import sync
from billing.stripe.checkout import arrived, start_checkout, start_pack
from billing.stripe.errors import (
    Away,
    BillingOff,
    CardRefused,
    HasSubscription,
    NoSubscription,
    NotSold,
    OnItsWay,
    Refused,
)
from billing.tests.conftest import extra_of, plan_of, session_of

pytestmark = pytest.mark.both

DAY = datetime.timedelta(days=1)


def test_nothing_is_sold_without_a_key(alice, settings, stripe, pro, pack):
    settings.STRIPE_SECRET_KEY = ""
    for buy in (lambda: start_checkout(alice, pro, "month"), lambda: start_pack(alice, pack)):
        with pytest.raises(BillingOff):
            buy()
    assert managing.invoices(alice) == []


def test_who_pays_has_the_plan_and_who_looks_at_the_page_has_not(alice, stripe, pro, deliver):
    url = start_checkout(alice, pro, "month")
    deliver()
    assert arrived(alice, session_of(url)).state == Order.State.OPEN
    assert plan_of(alice) == "free"
    stripe.control("pay", session=session_of(url))
    assert {event.state for event in deliver()} == {"done"}
    assert plan_of(alice) == "pro"
    row = managing.current(alice)
    assert (row.status, row.plan, row.interval) == ("active", pro, "month")
    assert 27 * DAY < row.period_end - row.period_start < 32 * DAY
    assert Order.objects.get().state == Order.State.PAID
    assert "You are on the plan Pro now." in [notice.text for notice in Notice.objects.all()]
    (line,) = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.PLAN)
    assert line.why == "Pro: Subscription"


def test_somebody_who_comes_back_sooner_than_the_news_has_the_plan_at_once(alice, stripe, pro, bob):
    session = session_of(start_checkout(alice, pro, "year"))
    stripe.control("pay", session=session)
    assert arrived(bob, session) is None
    assert plan_of(alice) == "free"
    assert arrived(alice, session).state == Order.State.PAID
    assert (plan_of(alice), managing.current(alice).interval) == ("pro", "year")


def test_pressing_twice_opens_one_page_and_another_plan_closes_it(
    alice, stripe, pro, all_inclusive
):
    first = start_checkout(alice, pro, "month")
    assert start_checkout(alice, pro, "month") == first
    second = start_checkout(alice, all_inclusive, "month")
    assert second != first
    states = {row["id"]: row["status"] for row in stripe.store.all("checkout.session")}
    assert states == {session_of(first): "expired", session_of(second): "open"}
    assert Order.objects.open().get().plan == all_inclusive


def test_nobody_subscribes_twice(alice, stripe, pro, all_inclusive):
    session = session_of(start_checkout(alice, pro, "month"))
    stripe.control("pay", session=session)
    for plan in (pro, all_inclusive):  # though the news have not come yet
        with pytest.raises(HasSubscription):
            start_checkout(alice, plan, "month")


def test_what_is_not_sold_can_not_be_bought(alice, stripe, pro, pack):
    PlanPrice.objects.filter(plan=pro).update(is_sold=False)
    pack.is_sold = False
    for buy in (lambda: start_checkout(alice, pro, "month"), lambda: start_pack(alice, pack)):
        with pytest.raises(NotSold):
            buy()


def test_prices_that_stripe_does_not_have_are_refused(alice, stripe, pro, pack):
    stripe.control("reset")
    with pytest.raises(Refused):
        start_checkout(alice, pro, "month")


def test_a_server_that_began_anew_makes_the_customer_anew(alice, stripe, pro, pack, buy):
    buy(alice, pack)
    stripe.control("reset")
    sync()
    assert buy(alice, pack).state == Order.State.PAID
    assert buy(alice, pro).state == Order.State.PAID
    assert Customer.objects.filter(user=None).count() == 1


def test_a_pack_is_given_once_however_often_it_is_told(alice, stripe, pack, buy, deliver):
    order = buy(alice, pack)
    assert (order.state, extra_of(alice)) == ("paid", 100)
    for _ in range(3):
        arrived(alice, order.session_id)
    assert extra_of(alice) == 100
    buy(alice, pack)
    assert extra_of(alice) == 200


def test_delayed_money_gives_units_when_it_arrives(alice, stripe, pack, buy, deliver):
    order = buy(alice, pack, card="delayed")
    assert (order.state, extra_of(alice)) == ("pending", 0)
    stripe.control("arrive", session=order.session_id)
    deliver()
    order.refresh_from_db()
    assert (order.state, extra_of(alice)) == ("paid", 100)
    failing = buy(alice, pack, card="delayed")
    stripe.control("arrive", session=failing.session_id, fails=True)
    deliver()
    failing.refresh_from_db()
    assert (failing.state, extra_of(alice)) == ("failed", 100)


def test_nobody_pays_again_while_the_first_money_is_on_its_way(alice, stripe, pro, buy, deliver):
    order = buy(alice, pro, card="delayed")
    assert (order.state, plan_of(alice)) == ("pending", "free")
    with pytest.raises(OnItsWay):
        start_checkout(alice, pro, "month")
    stripe.control("arrive", session=order.session_id)
    deliver()
    assert plan_of(alice) == "pro"


def test_units_go_back_with_their_money(alice, stripe, pack, buy, deliver):
    order = buy(alice, pack)
    refund(stripe, order, 100)  # of 500
    deliver()
    order.refresh_from_db()
    assert (order.state, order.taken_back, extra_of(alice)) == ("paid", 20, 80)
    refund(stripe, order, 400)
    deliver()
    order.refresh_from_db()
    assert (order.state, order.taken_back, extra_of(alice)) == ("refunded", 100, 0)


def test_a_dispute_takes_all_and_gives_it_again_where_it_is_won(
    alice, dora, stripe, pack, buy, deliver
):
    order = buy(alice, pack)
    dispute = stripe.control("dispute", payment_intent=order.payment_intent)
    deliver()
    order.refresh_from_db()
    assert (order.state, extra_of(alice)) == ("disputed", 0)
    assert dora.notices.get().text == f"A payment is disputed: order {order.pk}."
    stripe.control("dispute-over", dispute=dispute["id"], won=True)
    deliver()
    order.refresh_from_db()
    assert (order.state, order.taken_back, extra_of(alice)) == ("paid", 0, 100)


def test_more_is_charged_at_once_and_less_later(alice, stripe, pro, all_inclusive, buy):
    buy(alice, pro)
    managing.change_plan(alice, all_inclusive, "month")
    assert plan_of(alice) == "all-inclusive"
    assert len([row for row in managing.invoices(alice) if row.status == "paid"]) == 2
    managing.change_plan(alice, pro, "month")
    assert plan_of(alice) == "pro"
    assert len(managing.invoices(alice)) == 2
    assert managing.invoices(alice)[-1].total == "$9.00"


def test_an_upgrade_that_is_not_paid_changes_nothing(alice, stripe, pro, all_inclusive, buy):
    buy(alice, pro)
    stripe.control("card", customer=Customer.objects.get().stripe_id, card="declined")
    with pytest.raises(CardRefused):
        managing.change_plan(alice, all_inclusive, "month")
    assert plan_of(alice) == "pro"
    assert managing.current(alice).plan == pro


def test_an_end_comes_with_what_is_paid_for_unless_it_is_taken_back(
    alice, stripe, pro, all_inclusive, buy, deliver
):
    buy(alice, pro)
    row = managing.cancel_at_period_end(alice)
    assert row.is_ending
    assert row.ends_at == row.period_end
    assert managing.resume(alice).ends_at is None
    managing.cancel_at_period_end(alice)
    assert managing.change_plan(alice, pro, "month").ends_at is None  # to go on is a change, too
    managing.cancel_at_period_end(alice)
    assert plan_of(alice) == "pro"
    stripe.control("forward", days=32)
    deliver()
    assert (plan_of(alice), managing.current(alice)) == ("free", None)
    with pytest.raises(NoSubscription):
        managing.resume(alice)
    buy(alice, all_inclusive)
    assert plan_of(alice) == "all-inclusive"


def test_the_portal_is_for_whoever_has_bought_something(alice, bob, stripe, pro, buy):
    buy(alice, pro)
    assert managing.open_portal(alice).startswith(f"{stripe.url}/portal/")
    with pytest.raises(NoSubscription):
        managing.open_portal(bob)
    assert managing.invoices(bob) == []


def test_a_failed_payment_leaves_time_and_says_so(
    alice, stripe, pro, buy, deliver, django_capture_on_commit_callbacks
):
    buy(alice, pro, card="later_declined")
    stripe.control("forward", days=32)
    with django_capture_on_commit_callbacks(execute=True):
        deliver()
    row = managing.current(alice)
    assert (row.status, plan_of(alice)) == ("past_due", "pro")
    (letter,) = sent()
    assert (letter.subject, letter.to) == ("A payment for your plan failed", [alice.email])
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    told = alice.notices.filter(text__startswith="A payment for Pro failed.")
    assert told.count() == 1
    grace.end()
    assert plan_of(alice) == "pro"
    Subscription.objects.update(past_due_since=row.past_due_since - 7 * DAY)
    grace.end()
    assert plan_of(alice) == "free"
    deliver()
    assert plan_of(alice) == "free"
    stripe.control("card", customer=row.customer.stripe_id, card="paid")
    portal = session_of(managing.open_portal(alice))
    stripe.control("portal", session=portal, do="pay")
    deliver()
    assert (managing.current(alice).status, plan_of(alice)) == ("active", "pro")
    assert sent() == []


def test_what_staff_gave_is_not_taken_by_a_subscription_that_ends(
    alice, stripe, pro, all_inclusive, buy, deliver
):
    buy(alice, pro)
    Account.objects.of(alice).move_to(all_inclusive, reason="given")
    managing.cancel_at_period_end(alice)
    stripe.control("forward", days=32)
    deliver()
    assert (plan_of(alice), managing.current(alice)) == ("all-inclusive", None)


def test_a_customer_who_is_deleted_at_stripe_is_nobody_here(alice, stripe, pro, buy, deliver):
    buy(alice, pro)
    from billing.stripe.client import stripe_api

    with stripe_api() as v1:
        v1.customers.delete(Customer.objects.get().stripe_id)
    deliver()
    assert (plan_of(alice), Customer.objects.get().user) == ("free", None)
    buy(alice, pro)
    assert plan_of(alice) == "pro"


def test_whose_account_is_deleted_pays_no_more_even_if_stripe_is_away_first(
    alice, stripe, pro, pack, buy
):
    buy(alice, pro)
    page = session_of(start_pack(alice, pack))
    alice.delete()
    customer = Customer.objects.get()
    stripe.control("fail", times=10)
    forgetting.forget(customer.pk)
    assert stripe.store.all("subscription")[0]["status"] == "active"
    stripe.faults.clear()
    forgetting.forget_all()
    assert stripe.store.all("subscription")[0]["status"] == "canceled"
    assert stripe.store.get("customer", customer.stripe_id)["deleted"]
    assert stripe.store.get("checkout.session", page)["status"] == "expired"
    assert not Customer.objects.leaving().exists()
    assert Order.objects.count() == 2  # for the books


def test_what_somebody_bought_is_among_what_they_may_take_along(alice, bob, stripe, pro, pack, buy):
    buy(alice, pro)
    buy(alice, pack)
    rows = list(Purchases().rows(alice))
    assert [row["plan"] for row in rows if row["what"] == "subscription"] == ["Pro"]
    amounts = {row["name"]: row["amount"] for row in rows if row["what"] == "order"}
    assert amounts == {"Pro": 900, "100 units": 500}
    assert list(Purchases().rows(bob)) == []


def test_whoever_asks_while_stripe_is_away_hears_it(alice, stripe, pro):
    stripe.control("fail", times=2)
    with pytest.raises(Away):
        start_checkout(alice, pro, "month")
    assert start_checkout(alice, pro, "month")


def test_what_was_refused_once_can_be_asked_for_again(alice, stripe, pro, settings):
    """The answer was lost, and the site has another address since."""
    stripe.control("fail", match="POST /v1/checkout/sessions", times=2, cut=True, after=True)
    with pytest.raises(Away):
        start_checkout(alice, pro, "month")
    settings.SITE_URL = "https://moved.example"
    with pytest.raises(Refused):
        start_checkout(alice, pro, "month")
    session = stripe.store.get("checkout.session", session_of(start_checkout(alice, pro, "month")))
    assert session["success_url"].startswith("https://moved.example/")


def test_an_answer_that_was_lost_makes_nothing_twice(alice, stripe, pro):
    stripe.control("fail", match="POST /v1/customers", cut=True, after=True)
    stripe.control("fail", match="POST /v1/checkout/sessions", cut=True, after=True)
    assert start_checkout(alice, pro, "month")
    assert len(stripe.store.all("customer")) == 1
    assert len(stripe.store.all("checkout.session")) == 1


def refund(stripe, order, amount):
    from billing.stripe.client import stripe_api

    with stripe_api() as v1:
        v1.refunds.create(params={"payment_intent": order.payment_intent, "amount": amount})
