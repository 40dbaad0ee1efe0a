"""The stand-in for Stripe, asked by Stripe's own library: what it promises to all other tests."""

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import stripe as library

from billing.stand_in.server import StandIn

MONTH, YEAR = 900, 9000


@pytest.fixture
def stand_in():
    with StandIn() as running:
        yield running


@pytest.fixture
def v1(stand_in):
    client = library.StripeClient(
        "sk_test_x", base_addresses={"api": stand_in.url}, max_network_retries=0
    )
    return client.v1


@pytest.fixture
def prices(v1):
    product = v1.products.create(params={"name": "Pro"})
    return {
        key: v1.prices.create(
            params={
                "product": product.id,
                "currency": "eur",
                "unit_amount": amount,
                "lookup_key": key,
                **({"recurring": {"interval": interval}} if interval else {}),
            }
        ).id
        for key, amount, interval in (
            ("month", MONTH, "month"),
            ("dear", 1900, "month"),
            ("year", YEAR, "year"),
            ("pack", 500, None),
        )
    }


def order(v1, price, mode="subscription", **further):
    customer = v1.customers.create(params={"email": "alice@example.org"})
    params = {
        "mode": mode,
        "customer": customer.id,
        "line_items": [{"price": price, "quantity": 1}],
        "success_url": "https://pixazo.example/?session_id={CHECKOUT_SESSION_ID}",
        **further,
    }
    return v1.checkout.sessions.create(params=params)


def subscribed(stand_in, v1, prices, card="paid", key="month"):
    session = order(v1, prices[key])
    done = stand_in.control("pay", session=session.id, card=card)
    return v1.subscriptions.retrieve(done["subscription"])


def names(stand_in):
    return [event["type"] for event in stand_in.events()]


def test_prices_are_found_by_lookup_key_and_a_key_moves_only_when_told(v1, prices):
    found = v1.prices.list(params={"lookup_keys": ["year", "nothing"]})
    assert [price.unit_amount for price in found.data] == [YEAR]
    again = {"product": found.data[0].product, "currency": "eur", "unit_amount": 1}
    with pytest.raises(library.InvalidRequestError, match="already uses"):
        v1.prices.create(params={**again, "lookup_key": "year"})
    v1.prices.create(params={**again, "lookup_key": "year", "transfer_lookup_key": True})
    assert v1.prices.retrieve(prices["year"]).lookup_key is None


def test_a_subscription_exists_only_after_it_is_paid_and_its_period_is_on_the_item(
    stand_in, v1, prices
):
    session = order(v1, prices["month"], subscription_data={"metadata": {"user_id": "7"}})
    assert not hasattr(session, "line_items")
    assert (session.status, session.subscription) == ("open", None)
    stand_in.control("pay", session=session.id)
    session = v1.checkout.sessions.retrieve(
        session.id, params={"expand": ["line_items", "subscription.latest_invoice.payments"]}
    )
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert session.line_items.data[0].price.id == prices["month"]
    subscription = session.subscription
    assert subscription.metadata["user_id"] == "7"
    assert not hasattr(subscription, "current_period_end")
    days = (subscription["items"].data[0].current_period_end - subscription.created) / 86400
    assert 27 < days < 32
    invoice = subscription.latest_invoice
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert (invoice.status, invoice.total) == ("paid", MONTH)
    assert invoice.payments.data[0].payment.type == "payment_intent"
    assert names(stand_in)[-2:] == ["customer.subscription.created", "checkout.session.completed"]


def test_a_declined_card_leaves_the_session_open(stand_in, v1, prices):
    session = order(v1, prices["month"])
    body = urllib.parse.urlencode({"card": "declined"}).encode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(session.url, body)
    assert refused.value.code == 402
    assert "Your card was declined." in refused.value.read().decode()
    assert v1.checkout.sessions.retrieve(session.id).status == "open"
    assert not v1.subscriptions.list().data
    assert not v1.invoices.list().data


def test_paying_twice_pays_once(stand_in, v1, prices):
    session = order(v1, prices["month"])
    for _ in range(2):
        stand_in.control("pay", session=session.id)
    assert len(v1.subscriptions.list().data) == 1
    assert names(stand_in).count("checkout.session.completed") == 1


def test_delayed_money_arrives_later_or_never(stand_in, v1, prices):
    for fails, how in ((False, "succeeded"), (True, "failed")):
        session = order(v1, prices["pack"], mode="payment")
        done = stand_in.control("pay", session=session.id, card="delayed")
        assert (done["status"], done["payment_status"]) == ("complete", "unpaid")
        stand_in.control("arrive", session=session.id, fails=fails)
        assert names(stand_in)[-1] == f"checkout.session.async_payment_{how}"
        assert done["payment_status"] == ("unpaid" if fails else "paid")


def test_a_change_costs_the_rest_of_the_period_and_a_preview_changes_nothing(stand_in, v1, prices):
    subscription = subscribed(stand_in, v1, prices)
    item = subscription["items"].data[0]
    now = (item.current_period_start + item.current_period_end) // 2
    change = {"items": [{"id": item.id, "price": prices["dear"]}], "proration_date": now}
    details = change | {"proration_behavior": "always_invoice"}
    preview = v1.invoices.create_preview(
        params={"subscription": subscription.id, "subscription_details": details}
    )
    assert preview.amount_due == pytest.approx((1900 - MONTH) / 2, abs=1)
    assert [line.amount < 0 for line in preview.lines.data] == [True, False]
    assert v1.subscriptions.retrieve(subscription.id)["items"].data[0].price.id == prices["month"]
    changed = v1.subscriptions.update(subscription.id, params=details)
    assert changed["items"].data[0].price.id == prices["dear"]
    assert v1.invoices.retrieve(changed.latest_invoice).total == preview.total
    event = stand_in.events("customer.subscription.updated")[-1]
    assert "items" in event["data"]["previous_attributes"]


def test_another_interval_begins_a_new_period(stand_in, v1, prices):
    subscription = subscribed(stand_in, v1, prices)
    item = subscription["items"].data[0]
    params = {"items": [{"id": item.id, "price": prices["year"]}]}
    changed = v1.subscriptions.update(subscription.id, params=params)
    later = changed["items"].data[0].current_period_end - item.current_period_end
    assert later > 300 * 86400
    assert v1.invoices.retrieve(changed.latest_invoice).total == YEAR - MONTH


def test_what_is_cancelled_at_period_end_ends_then_and_can_be_kept_before(stand_in, v1, prices):
    subscription = subscribed(stand_in, v1, prices)
    for ends in (True, False, True):
        params = {"cancel_at_period_end": ends}
        subscription = v1.subscriptions.update(subscription.id, params=params)
        assert bool(subscription.cancel_at) is ends
    stand_in.control("forward", days=32)
    assert v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert names(stand_in)[-1] == "customer.subscription.deleted"
    assert not v1.subscriptions.list().data


def test_a_renewal_that_fails_is_past_due_then_paid_by_another_card_or_ended(stand_in, v1, prices):
    mended, lost = (subscribed(stand_in, v1, prices, card="later_declined") for _ in range(2))
    stand_in.control("forward", days=32)
    assert v1.subscriptions.retrieve(mended.id).status == "past_due"
    assert "invoice.payment_failed" in names(stand_in)
    portal = v1.billing_portal.sessions.create(
        params={"customer": mended.customer, "return_url": "https://pixazo.example/billing/"}
    )
    stand_in.control("portal", session=portal.id, do="card", card="paid")
    stand_in.control("portal", session=portal.id, do="pay")
    assert v1.subscriptions.retrieve(mended.id).status == "active"
    stand_in.control("forward", days=12)
    assert v1.subscriptions.retrieve(lost.id).status == "canceled"


def test_refunds_and_disputes_are_of_a_charge(stand_in, v1, prices):
    session = order(v1, prices["pack"], mode="payment", metadata={"pack": "small"})
    stand_in.control("pay", session=session.id)
    intent = v1.checkout.sessions.retrieve(session.id).payment_intent
    v1.refunds.create(params={"payment_intent": intent, "amount": 200})
    charge = stand_in.events("charge.refunded")[-1]["data"]["object"]
    assert (charge["amount_refunded"], charge["refunded"]) == (200, False)
    with pytest.raises(library.InvalidRequestError):
        v1.refunds.create(params={"payment_intent": intent, "amount": 301})
    made = stand_in.control("dispute", payment_intent=intent)
    assert names(stand_in)[-1] == "charge.dispute.created"
    assert v1.disputes.retrieve(made["id"]).charge == charge["id"]


def test_a_promotion_code_takes_off_what_its_coupon_says(stand_in, v1, prices):
    v1.coupons.create(params={"id": "half", "percent_off": 50, "duration": "once"})
    v1.promotion_codes.create(
        params={"promotion": {"type": "coupon", "coupon": "half"}, "code": "SPRING"}
    )
    session = order(v1, prices["month"], allow_promotion_codes=True)
    done = stand_in.control("pay", session=session.id, code="spring")
    assert done["amount_total"] == MONTH / 2
    stand_in.control("forward", days=32)
    renewed = v1.invoices.list(params={"customer": session.customer}).data[0]
    assert (renewed.billing_reason, renewed.total) == ("subscription_cycle", MONTH)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported"),
        ({"coupon": "half"}, "parameter_unknown"),
        ({"line_items": [{"prices": "x"}]}, "parameter_unknown"),
        ({"line_items": [{"price": "price_x"}]}, "resource_missing"),
        ({"ui_mode": "hosted"}, "parameter_invalid"),
        ({"mode": "never"}, "parameter_invalid"),
        ({"allow_promotion_codes": "perhaps"}, "parameter_invalid"),
    ],
)
def test_what_todays_api_refuses_is_refused(v1, prices, wrong, code):
    with pytest.raises(library.InvalidRequestError) as refused:
        order(v1, prices["month"], **wrong)
    assert refused.value.code == code


def test_habits_of_older_versions_are_refused(stand_in, v1, prices):
    subscription = subscribed(stand_in, v1, prices)
    for params in ({"billing_cycle_anchor": "now"}, {"promotion_code": "promo_x"}):
        with pytest.raises(library.InvalidRequestError):
            v1.subscriptions.update(subscription.id, params=params)
    with pytest.raises(library.InvalidRequestError, match="version"):
        v1.products.list(options={"stripe_version": "2020-08-27"})
    request = urllib.request.Request(f"{stand_in.url}/v1/invoices/upcoming")
    request.add_header("Authorization", "Bearer sk_test_x")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 404


def test_a_key_gives_one_answer_and_none_to_another_request(stand_in, v1):
    options = {"idempotency_key": "once"}
    made = [
        v1.customers.create(params={"email": "a@example.org"}, options=options) for _ in range(2)
    ]
    assert made[0].id == made[1].id
    with pytest.raises(library.IdempotencyError):
        v1.customers.create(params={"email": "b@example.org"}, options=options)
    stand_in.control("fail", match="POST /v1/customers", after=True)
    options = {"idempotency_key": "lost"}
    with pytest.raises(library.APIError):
        v1.customers.create(params={"email": "c@example.org"}, options=options)
    v1.customers.create(params={"email": "c@example.org"}, options=options)
    assert len(v1.customers.list().data) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 500}, library.APIError),
        ({"status": 502, "html": True}, library.APIError),
        ({"status": 429}, library.RateLimitError),
        ({"status": 402}, library.CardError),
        ({"cut": True}, library.APIConnectionError),
    ],
)
def test_it_fails_when_it_is_told_to_and_only_then(stand_in, v1, fault, error):
    stand_in.control("fail", match="GET /v1/products", **fault)
    v1.customers.list()
    with pytest.raises(error):
        v1.products.list()
    v1.products.list()


def test_without_a_key_nothing_is_answered(stand_in):
    client = library.StripeClient("pk_test_x", base_addresses={"api": stand_in.url})
    with pytest.raises(library.AuthenticationError):
        client.v1.products.list()


class Ours(HTTPServer):
    """Our side of the webhooks: notes what came, and answers what it is told to."""

    def __init__(self):
        ours = self
        self.statuses, self.came = [], []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ours.came.append((body, self.headers.get("Stripe-Signature", "")))
                self.send_response(ours.statuses.pop(0) if ours.statuses else 200)
                self.end_headers()

            def log_message(self, *args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def ours():
    server = Ours()
    yield server
    server.shutdown()
    server.server_close()


def test_events_are_signed_and_come_again_until_they_are_taken(stand_in, v1, ours):
    url = f"http://127.0.0.1:{ours.server_port}/billing/webhook/"
    stand_in.control("webhooks", to=[[url, "whsec_a"]])
    ours.statuses = [500, 500]
    v1.customers.create(params={"email": "a@example.org"})
    assert stand_in.webhooks.idle()
    assert len(ours.came) == 3
    body, signature = ours.came[-1]
    event = library.Webhook.construct_event(body, signature, "whsec_a")
    assert (event.type, event.api_version) == ("customer.created", "2026-10-28.endive")
    assert v1.events.list().data[0].pending_webhooks == 0
    with pytest.raises(library.SignatureVerificationError):
        library.Webhook.construct_event(body, signature, "whsec_b")


def test_events_are_held_copied_reordered_and_spoiled(stand_in, v1, ours):
    url = f"http://127.0.0.1:{ours.server_port}/billing/webhook/"
    stand_in.control("webhooks", to=[[url, "whsec_a"]], held=True, copies=2)
    for name in "ab":
        v1.customers.create(params={"email": f"{name}@example.org"})
    assert stand_in.webhooks.idle()
    assert not ours.came
    first, second = (event["id"] for event in stand_in.events())
    stand_in.control("webhooks", release=[second])
    assert stand_in.webhooks.idle()
    stand_in.control("webhooks", release=[first])
    assert stand_in.webhooks.idle()
    assert [json.loads(body)["id"] for body, _ in ours.came] == [second, second, first, first]
    for how in ("wrong", "stale", "none"):
        stand_in.control("webhooks", signature=how)
        body, signature = stand_in.webhooks.signed(stand_in.events()[0])
        with pytest.raises(library.SignatureVerificationError):
            library.Webhook.construct_event(body, signature, "whsec_a")


def test_a_page_of_another_site_gets_at_nothing(stand_in):
    port = urllib.parse.urlsplit(stand_in.url).port
    for path, headers, code in (
        ("__admin/reset", {}, 415),
        ("__admin/journal", {"Content-Type": "application/json", "Host": f"evil:{port}"}, 400),
    ):
        request = urllib.request.Request(f"{stand_in.url}/{path}", b"{}", headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == code
