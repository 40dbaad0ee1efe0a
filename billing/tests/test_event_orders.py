"""However events come - late, twice, in any order - we end where Stripe is."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection, transaction
from django.db.models import F

from billing.models import Account, Customer, LedgerEntry, Order, StripeEvent
from billing.stand_in.parameters import parse
from billing.stand_in.refusals import Refused as StandInRefused
from billing.stand_in.routes import answer
from billing.stripe import mirror as mirroring
from billing.stripe.checkout import start_checkout, start_pack
from billing.stripe.client import stripe_api
from billing.stripe.events import KINDS, work_on
from billing.stripe.incoming import keep_once
from billing.stripe.mirror import mirror
from billing.tests.conftest import extra_of, plan_of, session_of
from pixazo import outgoing
from pixazo.tests.long import examples

pytestmark = pytest.mark.both


@pytest.fixture
def at_hand(stripe, monkeypatch):
    """Asks the stand-in without HTTP: that is told elsewhere, and is most of the time."""

    def call(method, url, *, form=None, **others):
        parts = urlsplit(url)
        text = parts.query or urlencode(form or {})
        try:
            found, status = answer(stripe.store, method, parts.path, parse(text)), 200
        except StandInRefused as refused:
            found, status = {"error": refused.error}, refused.status
        return outgoing.Answer(status, {}, json.dumps(found).encode())

    monkeypatch.setattr("pixazo.outgoing.call", call)


def told(event):
    keep_once(event, was_missed=False)
    work_on(event["id"])


def of_kinds(stripe):
    return [event for event in stripe.events() if event["type"] in KINDS]


def state_of(user):
    customer = Customer.objects.get()
    return (
        plan_of(user),
        extra_of(user),
        sorted(customer.subscriptions.values_list("status", "plan__slug", "ends_at")),
        sorted(Order.objects.values_list("name", "state", "taken_back")),
    )


@pytest.mark.once
def test_all_120_orders_of_a_story_end_where_stripe_is(alice, stripe, pro, pack, at_hand):
    """Subscribed, bought units, which were paid back, and cancelled: five events."""
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    stripe.control("pay", session=session_of(start_pack(alice, pack)))
    with stripe_api() as v1:
        intent = stripe.store.all("checkout.session")[0]["payment_intent"]
        v1.refunds.create(params={"payment_intent": intent, "amount": 250})
        v1.subscriptions.cancel(stripe.store.all("subscription")[0]["id"])
    paid_plan, paid_pack = stripe.events("checkout.session.completed")
    story = [
        paid_plan,
        *stripe.events("customer.subscription.created"),
        paid_pack,
        *stripe.events("charge.refunded"),
        *stripe.events("customer.subscription.deleted"),
    ]
    assert len(story) == 5
    ends = list(ends_of(story, alice))
    assert len(ends) == 120
    (end,) = set(ends)
    assert end.startswith("('free', 50, [('canceled', 'pro', ")
    assert "('100 units', 'paid', 50), ('Pro', 'paid', 0)" in end


def ends_of(events, user):
    """Of each order; orders that begin alike share that beginning."""
    if not events:
        assert not StripeEvent.objects.exclude(state="done").exists()
        yield str(state_of(user))
    for event in events:
        with transaction.atomic():
            told(event)
            yield from ends_of([other for other in events if other is not event], user)
            transaction.set_rollback(True)


STEPS = {
    "up": lambda stripe, v1, row: v1.subscriptions.update(
        row["id"], params=_price(stripe, row, "pixazo_all-inclusive_month")
    ),
    "down": lambda stripe, v1, row: v1.subscriptions.update(
        row["id"], params=_price(stripe, row, "pixazo_pro_month")
    ),
    "end": lambda stripe, v1, row: v1.subscriptions.update(
        row["id"], params={"cancel_at_period_end": True}
    ),
    "go on": lambda stripe, v1, row: v1.subscriptions.update(
        row["id"], params={"cancel_at_period_end": False}
    ),
    "bad card": lambda stripe, v1, row: stripe.control(
        "card", customer=row["customer"], card="later_declined"
    ),
    "good card": lambda stripe, v1, row: stripe.control(
        "card", customer=row["customer"], card="paid"
    ),
    "a month": lambda stripe, v1, row: stripe.control("forward", days=31),
    "stop": lambda stripe, v1, row: v1.subscriptions.cancel(row["id"]),
}


def _price(stripe, row, key):
    (price,) = [p for p in stripe.store.all("price") if p["lookup_key"] == key]
    return {"items": [{"id": row["items"]["data"][0]["id"], "price": price["id"]}]}


@pytest.mark.parametrize("seed", range(examples(12)))
def test_told_while_more_happens_late_and_twice_we_end_where_stripe_is(alice, stripe, pro, seed):
    """What is told now is about what was; what is read is what is."""
    dice = random.Random(seed)
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    for _ in range(dice.randint(4, 9)):
        row = stripe.store.all("subscription")[0]
        if row["status"] in {"canceled", "incomplete_expired"}:
            break
        with stripe_api() as v1:
            STEPS[dice.choice(list(STEPS))](stripe, v1, row)
        waiting = of_kinds(stripe)
        for event in dice.sample(waiting, min(2, len(waiting))):
            told(event)
    late = of_kinds(stripe)
    last = late[-1]  # what is told last may be old, but the newest is told after it happened
    dice.shuffle(late)
    for event in [*late, last, *late[:3]]:
        told(event)
    row = stripe.store.all("subscription")[0]
    here = Customer.objects.get().subscriptions.get()
    slug = row["items"]["data"][0]["price"]["metadata"]["pixazo_plan"]
    assert (here.status, here.plan.slug) == (row["status"], slug)
    assert plan_of(alice) == (slug if row["status"] in {"active", "past_due"} else "free")


@pytest.mark.once
@pytest.mark.parametrize("seed", range(examples(10)))
def test_no_order_of_paying_and_getting_back_gives_units(alice, stripe, pack, at_hand, seed):
    """What somebody has is what they have paid for and not had back."""
    dice = random.Random(seed)
    disputes = {}
    for _ in range(8):
        paid = [row for row in stripe.store.all("charge") if not row["disputed"]]
        with stripe_api() as v1:
            match dice.choice(["buy", "refund", "dispute", "end"]):
                case "buy":
                    card = dice.choice(["paid", "delayed"])
                    session = session_of(start_pack(alice, pack))
                    stripe.control("pay", session=session, card=card)
                case "refund" if paid:
                    row = dice.choice(paid)
                    left = row["amount"] - row["amount_refunded"]
                    if left:
                        amount = dice.choice([left, max(1, left // 3)])
                        v1.refunds.create(params={"charge": row["id"], "amount": amount})
                case "dispute" if paid:
                    row = dice.choice(paid)
                    made = stripe.control("dispute", payment_intent=row["payment_intent"])
                    disputes[row["id"]] = made["id"]
                case "end" if disputes:
                    charge = dice.choice(list(disputes))
                    won = dice.random() < 0.5
                    stripe.control("dispute-over", dispute=disputes.pop(charge), won=won)
        happened = of_kinds(stripe)
        for event in dice.sample(happened, min(3, len(happened))):
            told(event)
    late = of_kinds(stripe) * 2
    dice.shuffle(late)
    for event in late:
        told(event)
    assert extra_of(alice) == sum(units_of(stripe, row) for row in stripe.store.all("charge"))


def units_of(stripe, charge):
    """Of 100, in halves, in the person's favour."""
    disputes = [row for row in stripe.store.all("dispute") if row["charge"] == charge["id"]]
    if any(row["status"] != "won" for row in disputes):
        return 0
    if charge["amount_refunded"] == charge["amount"]:
        return 0
    return 100 - (200 * charge["amount_refunded"] // charge["amount"]) / 2


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_of_one_event_are_applied_once(alice, stripe, pack, settings):
    stripe.control("pay", session=session_of(start_pack(alice, pack)))
    event = stripe.events("checkout.session.completed")[0]
    body, signature = stripe.webhooks.signed(event, "whsec_ours")
    at_once(20, lambda _: deliver(event, body, signature))
    assert extra_of(alice) == 100
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.GRANT).count() == 1
    row = StripeEvent.objects.get()
    assert (row.state, row.attempts) == ("done", 1)


@pytest.mark.django_db(transaction=True)
def test_control_without_its_claim_twenty_workers_have_it(
    alice, stripe, pack, settings, monkeypatch
):
    """So the test above is able to fail."""

    def claim(event):
        StripeEvent.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1)
        event.refresh_from_db()
        return True

    monkeypatch.setattr(StripeEvent, "claim", claim)
    with pytest.raises(AssertionError):
        test_twenty_at_once_of_one_event_are_applied_once(alice, stripe, pack, settings)


@pytest.mark.django_db(transaction=True)
def test_different_events_of_one_customer_at_once_end_where_stripe_is(alice, stripe, pro, pack):
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    stripe.control("pay", session=session_of(start_pack(alice, pack)))
    intent = stripe.store.all("checkout.session")[0]["payment_intent"]
    with stripe_api() as v1:
        v1.refunds.create(params={"payment_intent": intent, "amount": 100})
        v1.refunds.create(params={"payment_intent": intent, "amount": 400})
    at_once(8, told, of_kinds(stripe))
    StripeEvent.objects.exclude(state="done").update(next_try="2000-01-01T00:00:00Z")
    for row in StripeEvent.objects.exclude(state="done"):
        work_on(row.pk)
    assert not StripeEvent.objects.exclude(state="done").exists()
    assert (plan_of(alice), extra_of(alice)) == ("pro", 0)
    assert Account.objects.of(alice).plan == pro


def deliver(event, body, signature):
    from django.test import Client

    headers = {"Stripe-Signature": signature}
    answer = Client().post(
        "/billing/webhook/", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 200
    work_on(event["id"])


def at_once(threads, do, things=None):
    def closing(thing):
        try:
            do(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(closing, things or range(threads)))


@pytest.fixture
def overtaken(alice, stripe, pro, monkeypatch):
    """While one reads at Stripe, the subscription ends, and another one reads and writes that."""
    stripe.control("pay", session=session_of(start_checkout(alice, pro, "month")))
    mirror(Customer.objects.get())
    listed = mirroring._listed

    def slowly(stripe_id):
        found = listed(stripe_id)
        monkeypatch.setattr(mirroring, "_listed", listed)
        with stripe_api() as v1:
            v1.subscriptions.cancel(stripe.store.all("subscription")[0]["id"])
        mirror(Customer.objects.get())
        assert plan_of(alice) == "free"
        return found

    monkeypatch.setattr(mirroring, "_listed", slowly)


def test_what_was_read_before_is_not_written_over_what_was_read_after(alice, overtaken):
    mirror(Customer.objects.get())
    assert plan_of(alice) == "free"


def test_without_its_version_the_plan_would_stay_for_nothing(alice, overtaken, monkeypatch):
    monkeypatch.setattr(Customer, "freshly", lambda customer, read, write: write(read()))
    mirror(Customer.objects.get())
    assert plan_of(alice) == "pro"
