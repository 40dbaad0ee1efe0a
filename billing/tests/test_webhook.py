"""What comes to `/billing/webhook/`: kept once, and only if it is Stripe's and for us."""

import datetime
import json
import time
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now
from stripe import WebhookSignature

from billing.models import Account, Order, StripeEvent
from billing.stripe import incoming, orders
from billing.stripe.checkout import start_checkout, start_pack
from billing.stripe.events import work_on
from billing.tasks import take_up_events
from billing.tests.conftest import extra_of, plan_of, session_of

pytestmark = pytest.mark.both

ADDRESS = "/billing/webhook/"


@pytest.fixture
def paid(alice, stripe, pack):
    """The event that a pack of Alice's is paid."""
    stripe.control("pay", session=session_of(start_pack(alice, pack)))
    return stripe.events("checkout.session.completed")[0]


@pytest.fixture
def send(stripe):
    def send(event, secret="whsec_ours", at=None, **changes):
        body = json.dumps(event | changes)
        return post(body, WebhookSignature.generate_signature_header(body, secret, at))

    return send


def post(body, signature):
    headers = {"Stripe-Signature": signature} if signature else {}
    client = Client(enforce_csrf_checks=True)
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


def test_an_event_is_kept_answered_and_worked_on_after(alice, paid, send):
    assert send(paid).json() == {"received": True}
    row = StripeEvent.objects.get()
    assert (row.kind, row.object_id, row.state) == (
        paid["type"],
        paid["data"]["object"]["id"],
        "waiting",
    )
    assert extra_of(alice) == 0
    take_up_events()
    row.refresh_from_db()
    assert (row.state, extra_of(alice)) == ("done", 100)


def test_what_is_not_stripes_or_not_for_us_is_refused_and_writes_nothing(paid, send, stripe):
    body, signature = stripe.webhooks.signed(paid, "whsec_ours")
    minutes = 60
    answers = {
        "no signature": post(body, ""),
        "no header of the kind": post(body, "rubbish"),
        "no time": post(body, signature.partition(",")[2]),
        "another's secret": send(paid, secret="whsec_of_another_endpoint"),
        "a changed body": post(body.replace(b"false", b"true ", 1), signature),
        "a body that was written anew": post(json.dumps(json.loads(body)), signature),
        "old": send(paid, at=int(time.time()) - 6 * minutes),
        "of the future": send(paid, at=int(time.time()) + 6 * minutes),
        "live": send(paid, livemode=True),
        "an old version": send(paid, api_version="2020-08-27"),
        "no version": send(paid, api_version=None),
        "a thin event": send(paid, object="v2.core.event"),
        "no event": send({"object": "list"}),
        "no JSON": post("{", WebhookSignature.generate_signature_header("{", "whsec_ours")),
        "a list": send_text("[1]"),
        "no text": post(b"\xff\xfe", signature),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        answers, 400
    )
    assert not StripeEvent.objects.exists()


def send_text(body):
    return post(body, WebhookSignature.generate_signature_header(body, "whsec_ours"))


def test_a_refusal_says_why_to_whoever_reads_stripes_log(paid, send):
    error = send(paid, api_version="2020-08-27").json()["error"]
    assert error["code"] == "webhook_refused"
    assert "2020-08-27" in error["message"]


def test_a_version_of_the_same_release_is_read(paid, send):
    assert send(paid, api_version="2026-09-30.endive").status_code == 200


def test_either_of_two_secrets_counts_while_one_is_replaced(paid, send, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_ours"]
    assert send(paid).status_code == 200
    assert send(paid, secret="whsec_new").status_code == 200
    assert send(paid, secret="whsec_older").status_code == 400
    assert StripeEvent.objects.count() == 1


def test_any_of_several_signatures_counts(paid, stripe):
    body, signature = stripe.webhooks.signed(paid, "whsec_ours")
    stamp, good = signature.split(",")
    assert post(body, f"{stamp},v1={'0' * 64},{good},v0=old").status_code == 200


def test_what_is_too_long_is_not_read(paid, send, monkeypatch):
    monkeypatch.setattr("billing.views.webhook.MOST_BYTES", 500)
    assert send(paid).status_code == 413
    assert not StripeEvent.objects.exists()


def test_there_is_no_such_address_where_nothing_is_sold(paid, send, settings, client):
    assert client.get(ADDRESS).status_code == 405
    settings.STRIPE_SECRET_KEY = ""
    assert send(paid).status_code == 404


def test_kinds_that_change_nothing_are_not_kept(paid, send):
    assert send(paid, type="charge.succeeded").status_code == 200
    assert not StripeEvent.objects.exists()


def die(*args):
    raise KeyboardInterrupt


def test_who_died_before_the_work_leaves_it_to_the_next(alice, paid, send, monkeypatch):
    send(paid)
    with monkeypatch.context() as away:
        away.setattr("billing.stripe.events._act", die)
        with pytest.raises(KeyboardInterrupt):
            work_on(paid["id"])
    take_up_events()
    assert extra_of(alice) == 0  # whoever began it may still be at it
    StripeEvent.objects.update(next_try=now() - datetime.timedelta(seconds=1))
    take_up_events()
    assert extra_of(alice) == 100


def test_who_died_after_the_work_has_not_done_it_twice(alice, paid, send, monkeypatch):
    send(paid)
    with monkeypatch.context() as away:
        away.setattr(StripeEvent, "done", die)
        with pytest.raises(KeyboardInterrupt):
            work_on(paid["id"])
    StripeEvent.objects.update(next_try=now())
    take_up_events()
    assert (StripeEvent.objects.get().state, extra_of(alice)) == ("done", 100)


def test_control_without_what_its_order_knows_it_is_done_twice(alice, paid, send, monkeypatch):
    """So the test above is able to fail."""
    write, grant = orders._write, Account.grant

    def forgetful(pk, session, has_failed):
        Order.objects.filter(pk=pk).update(state=Order.State.OPEN, granted=False)
        write(pk, session, has_failed)

    def for_another_reason(account, units, *, reason, reference):
        return grant(account, units, reason=reason, reference=f"{reference}-{uuid4()}")

    monkeypatch.setattr(orders, "_write", forgetful)
    monkeypatch.setattr(Account, "grant", for_another_reason)
    with pytest.raises(AssertionError):
        test_who_died_after_the_work_has_not_done_it_twice(alice, paid, send, monkeypatch)
    assert extra_of(alice) == 200


def test_work_is_tried_again_while_stripe_is_away_and_then_given_up(
    alice, dora, paid, send, stripe
):
    send(paid)
    stripe.control("fail", times=1000)
    pauses = []
    for _ in range(20):
        StripeEvent.objects.update(next_try=now())
        work_on(paid["id"])
        row = StripeEvent.objects.get()
        pauses.append(round((row.next_try - now()).total_seconds() / 60))
        if row.attempts < 20:
            assert row.state == "waiting"
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert max(pauses[:-1]) == 360
    assert (row.state, row.attempts, extra_of(alice)) == ("failed", 20, 0)
    assert dora.notices.get().text == f"An event of Stripe's was given up: {row.pk}."
    stripe.faults.clear()
    said = StringIO()
    call_command("replay_stripe_event", row.pk, stdout=said)
    assert "Done." in said.getvalue()
    assert extra_of(alice) == 100


def test_an_event_that_never_came_can_be_replayed_and_one_that_is_unknown_not(alice, paid, stripe):
    call_command("replay_stripe_event", paid["id"], stdout=StringIO())
    assert extra_of(alice) == 100
    assert StripeEvent.objects.get().was_missed
    call_command("replay_stripe_event", paid["id"], stdout=StringIO())
    assert extra_of(alice) == 100
    with pytest.raises(CommandError, match="no event evt_unknown"):
        call_command("replay_stripe_event", "evt_unknown")


def test_events_about_others_customers_are_no_business_of_ours(alice, stripe, pro, send):
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    event = stripe.events("customer.subscription.created")[0]
    event["data"]["object"]["customer"] = "cus_of_another_site"
    send(event)
    take_up_events()
    assert StripeEvent.objects.get().result == "No customer of this site."
    assert plan_of(alice) == "free"


def test_an_old_claim_does_not_end_the_work_of_the_next(paid, send):
    send(paid)
    first, second = StripeEvent.objects.get(), StripeEvent.objects.get()
    assert first.claim()
    assert not second.claim()
    StripeEvent.objects.update(next_try=now())
    assert second.claim()
    first.done("late")
    assert StripeEvent.objects.get().state == "waiting"


def test_the_stamp_is_the_first_of_the_header():
    assert incoming.STAMP.search("t=12,t=99,v1=ab")[1] == "12"
    assert incoming.STAMP.search("v1=t=5") is None
