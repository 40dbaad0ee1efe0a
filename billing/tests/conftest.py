"""Stripe's stand-in for the tests of payments: `stripe`, and whoever buys there."""

import pytest

from billing.models import Account, CreditPack, Order, Plan, StripeEvent
from billing.models.price import seed
from billing.stand_in.server import StandIn
from billing.stripe.catalogue import sync
from billing.stripe.checkout import start_checkout, start_pack
from billing.stripe.events import KINDS, work_on
from billing.stripe.incoming import keep_once


@pytest.fixture(scope="session")
def _stand_in():
    with StandIn(secret="whsec_ours") as stand_in:
        yield stand_in


@pytest.fixture
def stripe(_stand_in, settings, db, monkeypatch):
    """Listens, has our catalogue, and delivers nothing by itself; what rings is not answered."""
    settings.STRIPE_API_BASE = _stand_in.url
    settings.STRIPE_SECRET_KEY = "sk_test_ours"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    monkeypatch.setattr("billing.tasks.ring", lambda pk: None)
    monkeypatch.setattr("billing.tasks.ring_to_forget", lambda pk: None)
    monkeypatch.setattr("stripe.HTTPClient.INITIAL_DELAY", 0)  # of its second tries
    _stand_in.control("reset")
    _stand_in.webhooks.signature, _stand_in.webhooks.version = "good", ""
    _stand_in.faults.clear()
    seed()
    sync()
    return _stand_in


@pytest.fixture
def pro(stripe):
    return Plan.objects.get(slug="pro")


@pytest.fixture
def all_inclusive(stripe):
    return Plan.objects.get(slug="all-inclusive")


@pytest.fixture
def pack(stripe):
    return CreditPack.objects.get(slug="units-100")


@pytest.fixture
def deliver(stripe):
    """All that happened there since, in its order: kept, and worked on."""

    def deliver():
        for event in stripe.events():
            known = StripeEvent.objects.filter(pk=event["id"]).exists()
            if event["type"] in KINDS and not known:
                keep_once(event, was_missed=False)
                work_on(event["id"])
        return list(StripeEvent.objects.order_by("happened", "pk"))

    return deliver


@pytest.fixture
def buy(stripe, deliver):
    def buy(user, what, interval="month", card="paid"):
        if interval and not hasattr(what, "units"):
            url = start_checkout(user, what, interval)
        else:
            url = start_pack(user, what)
        stripe.control("pay", session=session_of(url), card=card)
        deliver()
        return Order.objects.get(session_id=session_of(url))

    return buy


def session_of(url):
    return url.rpartition("/")[2]


def plan_of(user):
    return Account.objects.of(user).plan.slug


def extra_of(user):
    return Account.objects.of(user).extra
