"""The pages where plans are compared, bought, changed and ended, against the stand-in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from accounts.models import User
from billing.models import Account, Order, PlanPrice, Subscription
from billing.tests.selling import session_of, stripe, subscribe

__all__ = ["stripe"]

pytestmark = pytest.mark.both


@pytest.fixture
def alice(db):
    return User.objects.welcome("alice@example.org")


@pytest.fixture
def client(client, alice):
    client.force_login(alice)
    return client


def plan_of(user):
    return Account.objects.of(user).plan.slug


@pytest.mark.once
def test_without_stripe_the_pages_say_that_staff_give_plans(client, db):
    for address in ("/pricing/", "/billing/"):
        page = client.get(address)
        assert "Nothing is sold on this site" in page.content.decode()
    assert "no invoices" in client.get("/billing/invoices/").content.decode()
    for address in ("/pricing/plan/", "/billing/cancel/", "/billing/portal/"):
        assert client.post(address, {"plan": "pro"}).status_code in {404, 409}


@pytest.mark.once
def test_everybody_compares_plans_by_their_numbers(stripe, client, django_assert_max_num_queries):
    Account.objects.of(User.objects.get())
    page = Client().get("/pricing/").content.decode()
    for number in ("$9.00", "$90.00", "$7.50 for each month", "17 % less", "$190.00", "No daily"):
        assert number in page
    PlanPrice.objects.filter(plan__slug="pro", interval="month").update(amount=1234)
    with django_assert_max_num_queries(12):
        page = client.get("/pricing/").content.decode()
    assert "$12.34" in page
    assert page.count("border-primary") == 1  # the plan that they have
    assert (
        "<loc>http://localhost:8000/pricing/</loc>" in client.get("/sitemap.xml").content.decode()
    )


def test_a_plan_is_bought_and_there_when_they_come_back(stripe, client, alice):
    page = subscribe(client, stripe)
    assert "Paid. You are on Pro now." in page.content.decode()
    assert plan_of(alice) == "pro"
    page = client.get("/billing/").content.decode()
    assert "Renews on" in page
    assert "$9.00 a month" in page


def test_a_pack_is_bought_once(stripe, client, alice):
    session = session_of(client.post("/pricing/pack/", {"pack": "units-100"}))
    stripe.control("pay", session=session)
    for _ in range(2):
        page = client.get("/billing/", {"session_id": session})
    assert "Your units are there." in page.content.decode()
    line = " ".join(client.get("/account/units/ledger/").content.decode().split())
    assert '>Bought</span> <span class="text-break">100 units</span>' in line
    assert Account.objects.of(alice).extra == 100


def test_two_clicks_lead_to_one_page(stripe, client):
    addresses = {
        client.post("/pricing/plan/", {"plan": "pro", "interval": "month"})["Location"]
        for _ in range(3)
    }
    assert len(addresses) == 1
    assert len(stripe.store.all("checkout.session")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_lead_to_one_page(stripe, client):
    client.get("/billing/")  # with its account

    def click(_):
        try:
            twin = Client()
            twin.cookies = client.cookies
            return twin.post("/pricing/plan/", {"plan": "pro", "interval": "month"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(click, range(4)))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Order.objects.count() == len(stripe.store.all("checkout.session")) == 1


def test_money_that_takes_its_time_is_waited_for_honestly(stripe, client, alice):
    session = session_of(client.post("/pricing/pack/", {"pack": "units-100"}))
    stripe.control("pay", session=session, card="delayed")
    page = client.get("/billing/", {"session_id": session}).content.decode()
    assert "is on its way" in page
    order = Order.objects.get()
    assert f'url="/billing/orders/{order.pk}/"' in page
    assert "order-wait" in client.get(f"/billing/orders/{order.pk}/").content.decode()
    assert Account.objects.of(alice).extra == 0
    stripe.control("arrive", session=session)
    fragment = client.get(f"/billing/orders/{order.pk}/").content.decode()
    assert "order-wait" not in fragment
    assert "Your units are there." in fragment
    assert Account.objects.of(alice).extra == 100


def test_while_stripe_is_away_they_are_told_to_wait_and_nothing_is_lost(stripe, client, alice):
    session = session_of(client.post("/pricing/plan/", {"plan": "pro", "interval": "month"}))
    stripe.control("pay", session=session)
    stripe.control("fail", match="/v1/", times=99)
    page = client.get("/billing/", {"session_id": session})
    assert page.status_code == 200
    assert "waiting for word of your payment" in page.content.decode()
    assert plan_of(alice) == "free"
    stripe.faults.clear()
    pk = Order.objects.get().pk
    assert "You are on Pro now" in client.get(f"/billing/orders/{pk}/").content.decode()
    assert plan_of(alice) == "pro"


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/pricing/plan/", {"plan": "pro", "interval": "month"}),
        ("/pricing/pack/", {"pack": "units-100"}),
        ("/billing/cancel/", {}),
        ("/billing/portal/", {}),
        ("/billing/change/", {"plan": "all-inclusive", "interval": "month"}),
    ],
)
def test_each_button_says_it_where_stripe_is_away(stripe, client, address, fields):
    if address.startswith("/billing"):
        subscribe(client, stripe)
    stripe.control("fail", match="/v1/", times=99)
    answer = client.post(address, fields)
    assert answer.status_code == 503
    assert "The payment service can&#x27;t be reached" in answer.content.decode()


def test_what_a_change_costs_is_said_before_and_charged_as_it_was_said(stripe, client, alice):
    subscribe(client, stripe)
    change = {"plan": "all-inclusive", "interval": "month"}
    page = client.get("/billing/change/", change)
    assert "Change and pay $10.00" in page.content.decode()
    assert plan_of(alice) == "pro"
    at = int(page.context["change"].at.timestamp())
    assert client.post("/billing/change/", {**change, "at": at})["Location"] == "/billing/"
    assert plan_of(alice) == "all-inclusive"
    assert stripe.store.all("invoice")[0]["amount_paid"] == 1000


def test_a_month_becomes_a_year_on_the_same_plan(stripe, client, alice):
    subscribe(client, stripe)
    assert "Pay by the year" in client.get("/pricing/").content.decode()
    change = {"plan": "pro", "interval": "year"}
    assert "Change and pay $81.00" in client.get("/billing/change/", change).content.decode()
    for _ in range(2):  # a second click costs nothing
        client.post("/billing/change/", change)
    assert [row["total"] for row in stripe.store.all("invoice")] == [8100, 900]
    assert Subscription.objects.get().interval == "year"


def test_a_smaller_plan_is_taken_off_the_next_invoice(stripe, client, alice):
    subscribe(client, stripe, plan="all-inclusive")
    change = {"plan": "pro", "interval": "month"}
    page = client.get("/billing/change/", change).content.decode()
    assert "To pay on" in page
    client.post("/billing/change/", change)
    assert plan_of(alice) == "pro"
    assert len(stripe.store.all("invoice")) == 1
    stripe.control("forward", days=32)
    # Nine for the next month, less what was left of the larger plan.
    assert stripe.store.all("invoice")[0]["total"] == 900 - 1000


def test_a_declined_card_changes_nothing(stripe, client, alice):
    subscribe(client, stripe, card="later_declined")
    answer = client.post("/billing/change/", {"plan": "all-inclusive", "interval": "month"})
    assert answer.status_code == 402
    page = answer.content.decode()
    assert "Your card was declined." in page
    assert "Your plan is as it was." in page
    assert plan_of(alice) == "pro"


def test_a_plan_is_ended_and_kept_again(stripe, client, alice):
    subscribe(client, stripe)
    assert client.post("/billing/cancel/")["Location"] == "/billing/"
    page = client.get("/billing/").content.decode()
    assert "Ends on" in page
    assert "Keep the plan" in page
    for said in (
        "Units a day: 10",
        "Drawn at the same time: 2",
        "Keys for services of your own: No",
    ):
        assert said in page  # all that gets smaller, and nothing that stays as it is
    assert "Pictures of one prompt" not in page
    assert "Ends on" in client.get("/account/units/").content.decode()
    plans = client.get("/pricing/").content.decode()
    assert "Yours until" in plans
    assert '/billing/#plan">Keep the plan</a>' in plans
    assert "Does not renew" in plans
    assert "End your plan" not in plans
    assert plan_of(alice) == "pro"
    client.post("/billing/resume/")
    assert "Ends on" not in client.get("/account/units/").content.decode()
    assert "Renews on" in client.get("/billing/").content.decode()


def test_a_failed_renewal_is_said_with_the_day_until_which_the_plan_stays(stripe, client, alice):
    subscribe(client, stripe)
    Subscription.objects.update(status="past_due", past_due_since=now())
    page = client.get("/billing/").content.decode()
    assert "The last payment failed." in page
    assert "Pro stays until" in page


def test_a_second_subscription_is_refused_with_the_way_to_the_first(stripe, client):
    subscribe(client, stripe)
    answer = client.post("/pricing/plan/", {"plan": "all-inclusive", "interval": "month"})
    assert answer.status_code == 409
    assert 'href="/billing/"' in answer.content.decode()
    assert len(stripe.store.all("subscription")) == 1


@pytest.mark.once
def test_invoices_are_listed_with_their_pages_and_files(stripe, client):
    subscribe(client, stripe)
    page = client.get("/billing/invoices/").content.decode()
    invoice = stripe.store.all("invoice")[0]
    for part in (invoice["number"], "$9.00", f"/invoice/{invoice['id']}/pdf", "Paid"):
        assert part in page
    stripe.control("fail", match="/v1/invoices", times=9)
    assert client.get("/billing/invoices/").status_code == 503


@pytest.mark.once
def test_the_portal_is_theirs_alone(stripe, client, alice):
    assert client.post("/billing/portal/").status_code == 409  # nothing was bought yet
    subscribe(client, stripe)
    session = stripe.store.get(
        "billing_portal.session", session_of(client.post("/billing/portal/"))
    )
    assert session["customer"] == alice.customer.stripe_id


def test_what_was_done_in_the_portal_is_there_on_the_way_back(stripe, client):
    subscribe(client, stripe)
    portal = stripe.store.get("billing_portal.session", session_of(client.post("/billing/portal/")))
    subscription = stripe.store.all("subscription")[0]["id"]
    stripe.control("portal", session=portal["id"], do="cancel", subscription=subscription)
    back = portal["return_url"].removeprefix("http://localhost:8000")
    assert "Ends on" in client.get(back).content.decode()
    stripe.control("fail", match="/v1/", times=9)
    assert client.get(back).status_code == 200


@pytest.mark.once
def test_what_others_bought_is_nobodys_business(stripe, client, alice):
    session = session_of(client.post("/pricing/plan/", {"plan": "pro", "interval": "month"}))
    stripe.control("pay", session=session)
    stranger = Client()
    stranger.force_login(User.objects.welcome("bob@example.org"))
    page = stranger.get("/billing/", {"session_id": session}).content.decode()
    assert "Paid" not in page
    assert stranger.get(f"/billing/orders/{Order.objects.get().pk}/").status_code == 404
    assert plan_of(alice) == "free"  # opening an address gives nobody anything


@pytest.mark.once
@pytest.mark.parametrize("wrong", [{}, {"plan": "nothing"}, {"plan": "free"}])
def test_what_is_not_sold_is_not_sold(stripe, client, wrong):
    assert client.post("/pricing/plan/", wrong).status_code == 404
    assert client.post("/pricing/pack/", {"pack": wrong.get("plan", "")}).status_code == 404
    assert not stripe.store.all("checkout.session")


def test_whoever_does_not_pay_is_back_where_they_were(stripe, client):
    session = session_of(client.post("/pricing/plan/", {"plan": "pro", "interval": "year"}))
    pack = session_of(client.post("/pricing/pack/", {"pack": "units-100"}))
    rows = [stripe.store.get("checkout.session", each) for each in (session, pack)]
    assert [row["cancel_url"].partition("//")[2].partition("/")[2] for row in rows] == [
        "pricing/?interval=year",
        "billing/#packs",
    ]


def test_pages_ask_stripe_only_so_often_and_say_so(stripe, client, monkeypatch):
    monkeypatch.setattr("billing.stripe.sparing.MOST", 2)
    subscribe(client, stripe)  # asks once
    assert client.get("/billing/invoices/").status_code == 200
    refused = client.get("/billing/invoices/")
    assert refused.status_code == 429
    assert "You asked very often." in refused.content.decode()
    change = client.get("/billing/change/?plan=all-inclusive&interval=month")
    assert change.status_code == 429
    assert "Renews on" in client.get("/billing/?looked_after=1").content.decode()


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/pricing/plan/", {"plan": "pro", "interval": "year"}),
        ("/pricing/pack/", {"pack": "units-100"}),
        ("/billing/portal/", {}),
        ("/billing/cancel/", {}),
        ("/billing/resume/", {}),
        ("/billing/change/", {"plan": "all-inclusive", "interval": "month"}),
    ],
)
def test_a_button_that_is_pressed_without_end_asks_stripe_no_more(
    stripe, client, monkeypatch, address, form
):
    monkeypatch.setattr("billing.stripe.sparing.PRESSES", 1)
    client.post(address, form)
    asked = len(stripe.journal)
    refused = client.post(address, form)
    assert refused.status_code == 429
    assert "You asked very often." in refused.content.decode()
    assert len(stripe.journal) == asked
