"""What is sold here stands at Stripe, found by lookup keys, however often it is brought there."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.checks import payments_are_set_up_whole
from billing.models import CreditPack, Customer, PlanPrice
from billing.money import money
from billing.stripe.catalogue import price_id, sync
from billing.stripe.checkout import start_checkout
from billing.stripe.errors import Refused
from billing.tests.conftest import plan_of, session_of


def prices(stripe, key):
    return [row for row in stripe.store.all("price") if row["lookup_key"] == key]


def test_what_is_there_is_not_made_twice(stripe):
    assert len(stripe.store.all("product")) == 4
    assert len(stripe.store.all("price")) == 6
    assert sync() == []
    assert len(stripe.store.all("price")) == 6


def test_another_amount_is_another_price_and_who_has_the_old_one_keeps_plan_and_price(
    alice, stripe, pro, deliver
):
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    old = price_id(PlanPrice.objects.get(plan=pro, interval="month"))
    PlanPrice.objects.filter(plan=pro, interval="month").update(amount=1000)
    assert sync() == [
        "Made a new price pixazo_pro_month.",
        "pixazo_pro_month at 900 is no longer sold.",
    ]
    assert price_id(PlanPrice.objects.get(plan=pro, interval="month")) != old
    assert not stripe.store.get("price", old)["active"]
    deliver()
    assert plan_of(alice) == "pro"
    assert sync() == []


def test_what_is_no_longer_sold_is_put_away_and_comes_back(stripe, pro):
    CreditPack.objects.filter(slug="units-100").update(is_sold=False)
    sync()
    with pytest.raises(Refused):
        price_id(CreditPack.objects.get(slug="units-100"))
    CreditPack.objects.filter(slug="units-100").update(is_sold=True)
    assert sync() == ["pixazo_pack_units-100 is sold again."]
    assert price_id(CreditPack.objects.get(slug="units-100"))


def test_a_new_name_is_a_new_name_there(stripe, pro):
    pro.name = "Professional"
    pro.save()
    assert sync() == ["Changed the product Professional."]
    assert stripe.store.get("product", "pixazo_plan_pro")["name"] == "Professional"


def test_taxes_are_said_of_prices_and_asked_for_at_the_till(alice, stripe, pro, settings):
    settings.STRIPE_TAX, settings.STRIPE_TAX_BEHAVIOR = True, "inclusive"
    assert "Made a new price pixazo_pro_month." in sync()
    assert prices(stripe, "pixazo_pro_month")[0]["tax_behavior"] == "inclusive"
    start_checkout(alice, pro, "month")
    assert stripe.store.all("checkout.session")[0]["automatic_tax"]["enabled"] is True


def test_the_command_makes_samples_where_nothing_is_sold_but_never_live(stripe, settings):
    PlanPrice.objects.all().delete()
    CreditPack.objects.all().delete()
    settings.STRIPE_LIVE = True
    call_command("sync_stripe_catalogue", stdout=StringIO())
    assert not PlanPrice.objects.exists()
    settings.STRIPE_LIVE, key = False, settings.STRIPE_SECRET_KEY
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(CommandError, match="Nothing is sold"):
        call_command("sync_stripe_catalogue", stdout=StringIO())
    assert not PlanPrice.objects.exists()
    settings.STRIPE_SECRET_KEY = key
    said = StringIO()
    call_command("sync_stripe_catalogue", stdout=said)
    assert PlanPrice.objects.count() == 4
    assert said.getvalue().startswith("Made sample prices")
    stripe.control("fail", times=2)
    with pytest.raises(CommandError, match="can't be reached"):
        call_command("sync_stripe_catalogue", stdout=StringIO())


def test_half_a_configuration_is_an_error_with_a_hint(settings):
    def wrong(**said):
        for name, value in (GOOD | said).items():
            setattr(settings, name, value)
        return [problem.id for problem in payments_are_set_up_whole(None)]

    assert wrong() == []
    assert wrong(STRIPE_SECRET_KEY="", STRIPE_WEBHOOK_SECRETS=[]) == []
    assert wrong(STRIPE_SECRET_KEY="") == ["billing.E001"]
    assert wrong(STRIPE_WEBHOOK_SECRETS=[]) == ["billing.E001"]
    assert wrong(STRIPE_SECRET_KEY="pk_test_1") == ["billing.E002"]
    assert wrong(STRIPE_WEBHOOK_SECRETS=["whsec_1", "1"]) == ["billing.E003"]
    assert wrong(STRIPE_API_BASE="127.0.0.1:8020") == ["billing.E004"]
    assert wrong(STRIPE_API_BASE="http://127.0.0.1:8020") == []
    assert wrong(STRIPE_API_BASE="http://127.0.0.1:8020", STRIPE_LIVE=True) == ["billing.E005"]
    assert wrong(SITE_URL="http://localhost:8000") == ["billing.W001"]
    assert wrong(STRIPE_CURRENCY="euros") == ["billing.E006"]
    assert wrong(STRIPE_TAX_BEHAVIOR="both") == ["billing.E007"]
    assert wrong(GRACE_DAYS=-1) == ["billing.E008"]


GOOD = {
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRETS": ["whsec_1"],
    "STRIPE_API_BASE": "",
    "STRIPE_LIVE": False,
    "STRIPE_CURRENCY": "eur",
    "STRIPE_TAX_BEHAVIOR": "exclusive",
    "GRACE_DAYS": 7,
    "SITE_URL": "https://pixazo.example",
}


def test_money_is_written_as_people_read_it():
    assert money(123456, "usd") == "$1,234.56"
    assert money(-900, "usd") == "-$9.00"
    assert money(900, "jpy") == "¥900"
    assert money(900, "chf") == "9.00 CHF"
    assert money(9000, "kwd") == "9.000 KWD"


def test_staff_see_all_of_it_and_bring_stripe_to_it(stripe, as_dora, alice, pro, deliver):
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    deliver()
    for (
        name
    ) in "planprice creditpack customer subscription order stripeevent reconciliation".split():
        assert as_dora.get(f"/admin/billing/{name}/").status_code == 200
    event = stripe.events("checkout.session.completed")[0]["id"]
    assert b" is paid." in act(as_dora, "stripeevent", "replay", event)
    assert b"all is as it should" in act(
        as_dora, "customer", "read_again", Customer.objects.get().pk
    )
    assert b"Stripe has them all already" in act(
        as_dora, "planprice", "sync", PlanPrice.objects.first().pk
    )


def act(client, name, action, pk):
    form = {"action": action, "_selected_action": [pk]}
    return client.post(f"/admin/billing/{name}/", form, follow=True).content
