"""What nobody paid for is not had, and what was paid for is."""

import datetime
from contextlib import contextmanager

import pytest
from allauth.account.signals import email_changed
from django.db.models import F, ProtectedError
from django.utils.timezone import now

from accounts.models import Notice, User
from billing import tasks
from billing.models import (
    Account,
    CreditPack,
    Customer,
    Order,
    Plan,
    PlanPrice,
    StripeEvent,
    Subscription,
)
from billing.models.customer import Contended
from billing.stripe import addresses, grace, managing
from billing.stripe.catalogue import price_id, sync
from billing.stripe.checkout import start_checkout, start_pack
from billing.stripe.client import stripe_api
from billing.stripe.errors import Away, HasMore, Missing, NotPaid, Refused
from billing.stripe.events import work_on
from billing.stripe.orders import settle
from billing.stripe.previewing import preview
from billing.stripe.reconciling import reconcile
from billing.tests.conftest import extra_of, plan_of, session_of

pytestmark = pytest.mark.both


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


def test_a_pack_that_somebody_bought_stays_so_that_its_money_takes_the_units_along(
    alice, stripe, pack, buy, deliver
):
    order = buy(alice, pack)
    with pytest.raises(ProtectedError):
        pack.delete()
    refund(order, 500)
    deliver()
    assert extra_of(alice) == 0


@pytest.mark.parametrize(("status", "left"), [("warning_needs_response", 100), ("lost", 0)])
def test_a_banks_question_takes_no_units_and_a_dispute_does(
    alice, stripe, pack, buy, deliver, status, left
):
    order = buy(alice, pack)
    dispute = stripe.control("dispute", payment_intent=order.payment_intent)
    stripe.store.get("dispute", dispute["id"])["status"] = status
    deliver()
    assert extra_of(alice) == left


def test_units_of_yesterdays_pack_are_not_had_for_todays_price(alice, stripe, pack, deliver):
    stripe.control("fail", match="POST /v1/checkout/sessions", times=2)
    with pytest.raises(Away):  # an order is there, and no page of it
        start_pack(alice, pack)
    CreditPack.objects.filter(pk=pack.pk).update(units=10, amount=50)
    pack.refresh_from_db()
    with pytest.raises(Refused):  # Stripe was not told yet
        start_pack(alice, pack)
    sync()
    session = session_of(start_pack(alice, pack))
    assert stripe.store.get("checkout.session", session)["amount_total"] == 50
    stripe.control("pay", session=session)
    deliver()
    assert extra_of(alice) == 10


def test_a_page_that_was_given_up_while_it_was_made_is_closed(
    alice, stripe, pro, all_inclusive, monkeypatch
):
    def meanwhile(sold):
        monkeypatch.undo()
        start_checkout(alice, all_inclusive, "month")  # in another window
        return price_id(sold)

    monkeypatch.setattr("billing.stripe.checkout.price_id", meanwhile)
    with pytest.raises(Contended):
        start_checkout(alice, pro, "month")
    pages = [row["status"] for row in stripe.store.all("checkout.session")]
    assert sorted(pages) == ["expired", "open"]
    assert Order.objects.open().get().plan == all_inclusive


def test_plans_of_test_cards_end_where_money_is_real(alice, stripe, settings, pro, buy):
    buy(alice, pro)
    reconcile()
    assert plan_of(alice) == "pro"
    settings.STRIPE_LIVE = True
    reconcile()
    assert (plan_of(alice), Customer.objects.get().user) == ("free", None)


def test_a_key_of_another_account_takes_no_plan_that_is_paid_for(alice, stripe, pro, buy, settings):
    buy(alice, pro)
    Customer.objects.update(livemode=True)
    settings.STRIPE_LIVE = True
    stripe.control("reset")
    sync()
    with pytest.raises(Missing):
        start_checkout(alice, pro, "month")
    assert (plan_of(alice), Customer.objects.get().user) == ("pro", alice)
    settings.STRIPE_LIVE = False  # for a day, to try something out
    with pytest.raises(Missing):
        start_checkout(alice, pro, "month")
    assert plan_of(alice) == "pro"


def test_a_key_of_another_account_loses_no_payment(alice, stripe, pack, buy):
    order = buy(alice, pack, card="delayed")
    Order.objects.update(created=now() - datetime.timedelta(hours=2))
    things = dict(stripe.store.things)
    event = stripe.events("checkout.session.completed")[0]
    StripeEvent.objects.get(pk=event["id"]).replay()
    stripe.store.things.clear()
    work_on(event["id"])
    assert StripeEvent.objects.get(pk=event["id"]).state == "waiting"
    assert f"Order {order.pk}: Stripe does not know it." in reconcile().found
    stripe.store.things |= things
    stripe.control("arrive", session=order.session_id)
    reconcile()
    assert extra_of(alice) == 100


def test_money_that_never_comes_is_noticed_without_being_told(alice, stripe, pro, pack, buy):
    orders = [buy(alice, what, card="delayed") for what in (pack, pro)]
    for order in orders:
        assert settle(order) == f"Order {order.pk} is pending."
        stripe.control("arrive", session=order.session_id, fails=True)
        assert settle(order) == f"Order {order.pk} is failed."
    assert start_checkout(alice, pro, "month")  # and it keeps nobody from paying otherwise


def test_staff_hear_of_money_from_somebody_who_is_gone(alice, dora, stripe, pack):
    session = session_of(start_pack(alice, pack))
    stripe.control("pay", session=session)
    alice.delete()
    settle(Order.objects.get())
    assert "Paid by somebody who is gone" in dora.notices.get().text


def test_a_customer_that_everybody_writes_about_is_busy_and_no_fault(as_alice, stripe, pack, buy):
    url = as_alice.post("/pricing/pack/", {"pack": pack.slug})["Location"]
    stripe.control("pay", session=session_of(url))
    order = Order.objects.get()

    def another(*args):
        Customer.objects.update(version=F("version") + 1)
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("billing.stripe.orders._never_comes", another)
        page = as_alice.get("/billing/", {"session_id": order.session_id})
    assert "We are waiting for word of your payment" in page.content.decode()


def refund(order, amount):
    with stripe_api() as v1:
        v1.refunds.create(params={"payment_intent": order.payment_intent, "amount": amount})


def test_money_that_could_not_be_paid_back_brings_the_units_back(alice, stripe, pack, buy, deliver):
    order = buy(alice, pack)
    refund(order, 500)
    deliver()
    assert extra_of(alice) == 0
    stripe.control(
        "refund-fails", refund=stripe.events("refund.created")[-1]["data"]["object"]["id"]
    )
    deliver()
    deliver()
    order.refresh_from_db()
    assert (extra_of(alice), order.state) == (100, "paid")
    line = Account.objects.of(alice).entries.filter(kind="grant").first()
    assert line.reason == "The money could not be paid back"


def test_staff_hear_of_a_refund_that_fails_before_units_were_taken_back(
    alice, admin_user, stripe, pack, buy, deliver
):
    order = buy(alice, pack)
    refund(order, 500)
    stripe.control(
        "refund-fails", refund=stripe.events("refund.created")[-1]["data"]["object"]["id"]
    )
    deliver()
    order.refresh_from_db()
    assert (extra_of(alice), order.state) == (100, "paid")
    told = [*Notice.objects.filter(user=admin_user).values_list("text", flat=True)]
    assert told.count(f"A refund failed: order {order.pk}.") == 1


def test_staff_hear_that_a_plan_could_not_be_paid_back(
    alice, admin_user, stripe, pro, buy, deliver
):
    buy(alice, pro)
    charge = stripe.store.all("charge")[-1]["id"]
    with stripe_api() as v1:
        refund = v1.refunds.create(params={"charge": charge, "amount": 500}).id
    stripe.control("refund-fails", refund=refund)
    deliver()
    assert StripeEvent.objects.get(kind="refund.failed").state == "done"
    told = [*Notice.objects.filter(user=admin_user).values_list("text", flat=True)]
    assert told.count(f"A refund failed that is for no pack of units: {charge}.") == 1


def move_to(user, email):
    user.email = email
    user.save()
    email_changed.send(type(user), request=None, user=user)


def address_at_stripe(customer):
    with stripe_api() as v1:
        return v1.customers.retrieve(customer.stripe_id).email


def test_stripe_hears_of_a_new_address(
    alice, stripe, pack, buy, django_capture_on_commit_callbacks
):
    customer = buy(alice, pack).customer
    with django_capture_on_commit_callbacks(execute=True):
        move_to(alice, "alice.new@example.org")
    tasks.address(customer.pk)
    assert address_at_stripe(customer) == "alice.new@example.org"
    customer.refresh_from_db()
    assert customer.address_due is None


def test_stripe_hears_of_it_later_where_it_was_away(alice, stripe, pack, buy):
    """No bell was rung, and the first time that it is looked for Stripe is away."""
    customer = buy(alice, pack).customer
    move_to(alice, "alice.new@example.org")
    stripe.control("fail", match="POST /v1/customers/", times=9)
    tasks.take_up_events()
    stripe.faults.clear()
    tasks.take_up_events()  # not at once again
    assert address_at_stripe(customer) == "alice@example.org"
    Customer.objects.update(address_due=F("address_due") - addresses.LATER)
    tasks.take_up_events()
    assert address_at_stripe(customer) == "alice.new@example.org"
    customer.refresh_from_db()
    assert customer.address_due is None


def test_the_last_address_stays_though_an_earlier_one_arrives_last(
    alice, stripe, pack, buy, monkeypatch
):
    customer = buy(alice, pack).customer
    move_to(alice, "first@example.org")
    real, late = addresses.stripe_api, []

    @contextmanager
    def slow():
        with real() as v1:
            if not late:
                late.append(True)
                move_to(User.objects.get(pk=alice.pk), "last@example.org")
                assert addresses.tell(customer.pk)
                assert address_at_stripe(customer) == "last@example.org"
            yield v1

    monkeypatch.setattr(addresses, "stripe_api", slow)
    assert addresses.tell(customer.pk)
    assert address_at_stripe(customer) == "last@example.org"
    customer.refresh_from_db()
    assert customer.address_due is None
