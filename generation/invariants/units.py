"""Units, money and payments tell one story."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.utils.timezone import now

from billing.drift import drifts
from billing.models import Hold, StripeEvent
from generation.models import Cell, Experiment, Job

LONG = timedelta(days=4)  # an event is tried again for three


def units() -> Iterator[str]:
    jobs = Job.objects.order_by().values_list("pk", "state", "units")
    state_of = {pk: state for pk, state, _ in jobs}
    price_of = {pk: units for pk, _, units in jobs}
    captured: set[object] = set()
    for hold in Hold.objects.order_by("pk"):
        state = state_of.get(hold.reference)
        if hold.state == Hold.State.CAPTURED:
            captured.add(hold.reference)
            if state not in (None, Job.State.SUCCEEDED):
                yield f"Job {hold.reference} is {state} and was charged."
        if hold.state == Hold.State.HELD and state in (None, *Job.FINAL):
            yield f"Units of job {hold.reference} are held though it is {state or 'gone'}."
        price = price_of.get(hold.reference, hold.units)
        if hold.units != price:
            yield f"Job {hold.reference} takes {price} units; {hold.units} were set aside."
    for pk, state in state_of.items():
        # What came with an archive was made elsewhere, and takes nothing.
        if state == Job.State.SUCCEEDED and price_of[pk] and pk not in captured:
            yield f"Job {pk} succeeded and was not charged."
    yield from drifts()


def experiments() -> Iterator[str]:
    underway = Q(cells__state=Cell.State.UNDERWAY)
    counts = underway | Q(cells__state=Cell.State.MADE)
    rows = Experiment.objects.annotate(
        there=Count("cells", filter=underway), units=Sum("cells__units", filter=counts)
    )
    for row in rows:
        if row.there != row.underway:
            yield f"Experiment {row.pk} counts {row.underway} pictures underway, not {row.there}."
        if row.taken != (row.units or 0):
            yield f"Experiment {row.pk} counts {row.taken} units as taken, not {row.units or 0}."


def payments() -> Iterator[str]:
    """What Stripe itself says is compared by `manage.py reconcile_stripe`."""
    states = StripeEvent.State
    for event in StripeEvent.objects.filter(state=states.FAILED, result=""):
        yield f"Stripe's event {event.pk} was given up, and nobody knows why."
    for event in StripeEvent.objects.filter(state=states.WAITING, received__lt=now() - LONG):
        yield f"Stripe's event {event.pk} has waited for days."
