"""Each night: looks for what Stripe knows and we don't, mends it, and reports it to staff."""

import datetime
import logging
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.timezone import now

from billing.models import Customer, Order, Reconciliation, StripeEvent, Subscription
from billing.models.customer import Contended
from billing.stripe import forgetting, telling
from billing.stripe.client import stripe_api
from billing.stripe.errors import Missing
from billing.stripe.events import KINDS, work_on
from billing.stripe.incoming import keep_once
from billing.stripe.mirror import mirror, part_with, settle_plan
from billing.stripe.orders import settle
from billing.stripe.reading import ends_at, field, id_of, item_of
from pixazo.errors import UserError

log = logging.getLogger(__name__)

# Stripe keeps events for 30 days; what is older than the last look, and some hours, was seen.
LOOK_BACK = datetime.timedelta(days=30)
OVERLAP = datetime.timedelta(hours=6)
MOST_EVENTS = 20_000
MOST_SENTENCES = 200
LATE = datetime.timedelta(hours=1)  # after which an order should have been heard of


def reconcile() -> Reconciliation:
    """Raises `BillingOff`; whatever else goes wrong at Stripe stands in the report."""
    with stripe_api():
        pass  # raises where payments are off
    report = Reconciliation.objects.create()
    try:
        report.missed = _fetch_events(_since(report))
        _settle_orders(report)
        _compare(report)
        _part_with_tries(report)
        _name_failures(report)
        forgetting.forget_all()
        report.finish()
    except UserError as error:
        report.finish(error.sentence)
    StripeEvent.objects.forget_old()
    if report.missed or report.found or report.error:
        telling.staff(_summary(report), "reconciliation", report.pk)
    return report


def _since(report: Reconciliation) -> datetime.datetime:
    whole = Reconciliation.objects.filter(finished__isnull=False, error="").exclude(pk=report.pk)
    last = whole.values_list("started", flat=True).first()
    earliest = now() - LOOK_BACK
    return max(earliest, last - OVERLAP) if last else earliest


def _fetch_events(since: datetime.datetime) -> int:
    """Those that never came are worked on now, the oldest first."""
    params = {
        "created": {"gte": int(since.timestamp())},
        "types": sorted(KINDS),
        "limit": 100,
    }
    with stripe_api() as v1:
        events = list(islice(v1.events.list(params=params).auto_paging_iter(), MOST_EVENTS))
    known = set(
        StripeEvent.objects.filter(pk__in=[each.id for each in events]).values_list("pk", flat=True)
        if len(events) < 500
        else StripeEvent.objects.filter(happened__gte=since).values_list("pk", flat=True)
    )
    missed = [each for each in reversed(events) if each.id not in known]
    for each in missed:
        if row := keep_once(each, was_missed=True):
            work_on(row.pk)
    return len(missed)


def _settle_orders(report: Reconciliation) -> None:
    late = Order.objects.unsettled().filter(
        created__lt=now() - LATE, customer__in=Customer.objects.known()
    )
    for order in late.select_related("customer"):
        before = order.state
        try:
            settle(order)
        except Missing:
            # What may have been paid is not given up because it is not found by today's key.
            if not Order.objects.open().filter(pk=order.pk).update(state=Order.State.EXPIRED):
                _note(report, [f"Order {order.pk}: Stripe does not know it."])
        except Contended:
            continue
        order.refresh_from_db()
        if order.state not in {before, Order.State.EXPIRED}:
            _note(report, [f"Order {order.pk} was {before} and is {order.state}."])


def _compare(report: Reconciliation) -> None:
    """All subscriptions that live there or here are looked at; who differs is read anew."""
    with stripe_api() as v1:
        there = {
            each.id: each
            for each in v1.subscriptions.list(params={"limit": 100}).auto_paging_iter()
        }
    known = Customer.objects.known()
    customers = {str(row.stripe_id): row for row in known}
    rows = Subscription.objects.living().filter(customer__in=known).select_related("customer")
    here = {row.stripe_id: row for row in rows}
    differing = {
        id_of(each.customer) for each in there.values() if _differs(here.get(each.id), each)
    }
    differing |= {
        str(row.customer.stripe_id) for row in here.values() if row.stripe_id not in there
    }
    for stripe_id in sorted(differing):
        if customer := customers.get(stripe_id):
            _mend(report, customer)
    _set_right(report, customers.values())
    strays = {id_of(each.customer) for each in there.values()} - set(customers)
    ours = [each for each in there.values() if id_of(each.customer) in strays and _is_ours(each)]
    _note(report, [f"{each.id}: it is paid for, and nobody here has it." for each in ours])
    _note(report, _twice())


def _differs(row: Subscription | None, there: Any) -> bool:
    if row is None:
        return True
    item = item_of(there)
    return (row.status, row.item_id, row.ends_at) != (
        there.status,
        item["id"] if item else "",
        ends_at(there),
    )


def _mend(report: Reconciliation, customer: Customer) -> None:
    try:
        _note(report, mirror(customer))
    except Missing:
        _note(report, [f"{customer}: Stripe does not know this customer of ours."])
    except Contended:
        log.info("Customer %s changes right now, and is read by whoever changes it.", customer.pk)


def _set_right(report: Reconciliation, customers: Iterable[Customer]) -> None:
    """Of those whose subscriptions agree, the plan may still be another than they give."""
    living = set(Subscription.objects.living().values_list("customer", flat=True))
    for customer in customers:
        if customer.given_id is not None or customer.pk in living:
            try:
                _note(report, customer.freshly(lambda: None, partial(_settled, customer)))
            except Contended:
                log.info("Customer %s changes right now.", customer.pk)


def _settled(customer: Customer, nothing_read: None) -> list[str]:
    return settle_plan(customer)


def _part_with_tries(report: Reconciliation) -> None:
    """Where money is real now, plans that test cards paid for end."""
    if settings.STRIPE_LIVE:
        tries = Customer.objects.filter(livemode=False, user__isnull=False, stripe_id__isnull=False)
        for customer in tries:
            _note(report, part_with(customer))


def _is_ours(there: Any) -> bool:
    """Other programs may sell by the same account."""
    return field(there, "metadata", "order") is not None


def _twice() -> Iterable[str]:
    paid = Subscription.objects.living().exclude(status=Subscription.Status.INCOMPLETE)
    known = paid.filter(customer__in=Customer.objects.known()).order_by("customer")
    counted = known.values_list("customer__stripe_id").annotate(count=Count("pk"))
    for customer, count in counted.filter(count__gt=1):
        yield f"{customer} pays for {count} subscriptions at once."


def _name_failures(report: Reconciliation) -> None:
    for event in StripeEvent.objects.failed()[:MOST_SENTENCES]:
        _note(report, [f"{event.pk} ({event.kind}) was given up: {event.result}"])


def _note(report: Reconciliation, sentences: Iterable[str]) -> None:
    room = MOST_SENTENCES - len(report.found)
    report.found += list(islice(sentences, max(0, room)))


def _summary(report: Reconciliation) -> str:
    if report.error:
        return f"The reconciliation with Stripe was not finished: {report.error}"
    return (
        f"The reconciliation with Stripe found {report.missed} missed events"
        f" and {len(report.found)} differences."
    )
