"""What tests of buying share: a site that sells, with the stand-in in Stripe's place."""

import pytest

from billing.models import price
from billing.stand_in.server import StandIn
from billing.stripe import catalogue


@pytest.fixture
def stripe(settings, db):
    """Prices as in the samples, brought to a stand-in whose events are delivered to nobody."""
    with StandIn() as stand_in:
        settings.STRIPE_SECRET_KEY = "sk_test_of_the_tests"
        settings.STRIPE_API_BASE = stand_in.url
        price.seed()
        catalogue.sync()
        yield stand_in


def session_of(response):
    """The id of the page at Stripe that an answer leads to."""
    assert response.status_code == 302, response.content
    return response["Location"].rpartition("/")[2]


def subscribe(client, stripe, plan="pro", interval="month", card="paid"):
    """Buy a plan, as a person does, and come back."""
    response = client.post("/pricing/plan/", {"plan": plan, "interval": interval})
    session = session_of(response)
    stripe.control("pay", session=session, card=card)
    return client.get("/billing/", {"session_id": session})
