"""What must hold for every job, unit and file, whatever was killed meanwhile.

`violations()` looks at the whole database and storage; it is for operators and for the tests that
kill things, not for requests.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models import Count, Q, Sum
from django.utils.timezone import now

from billing.drift import drifts
from billing.models import Hold
from generation.models import Cell, Experiment, Image, Job, Transition
from generation.storage import stored_keys

# Of rooms above: called with `idle`.
_further: list[Callable[[bool], Iterator[str]]] = []


def register(room: Callable[[bool], Iterator[str]]) -> None:
    _further.append(room)


def violations(*, idle: bool = False) -> list[str]:
    """Sentences about what is wrong; empty if all is well. `idle`: no job may be unfinished."""
    own = [*_ends(idle), *_histories(), *_units(), *_experiments(), *_files()]
    return [*own, *(sentence for room in _further for sentence in room(idle))]


def _ends(idle: bool) -> Iterator[str]:
    if idle:
        for job in Job.objects.unfinished():
            yield f"Job {job.pk} is {job.state} though nothing is left to do."
    for job in Job.objects.filter(state=Job.State.SUCCEEDED, image=None, picture_purged=None):
        yield f"Job {job.pk} succeeded without a picture."
    for job in Job.objects.exclude(state=Job.State.SUCCEEDED).exclude(image=None):
        yield f"Job {job.pk} is {job.state} and has a picture."


def _histories() -> Iterator[str]:
    ends = Count("transitions", filter=Q(transitions__state=Job.State.SUCCEEDED))
    for job in Job.objects.annotate(ends=ends).filter(ends__gt=1):
        yield f"Job {job.pk} succeeded {job.ends} times."
    succeeded = Transition.objects.filter(state=Job.State.SUCCEEDED)
    for transition in succeeded.exclude(job__state=Job.State.SUCCEEDED).select_related("job"):
        yield f"Job {transition.job_id} had succeeded and is now {transition.job.state}."


def _units() -> Iterator[str]:
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


def _experiments() -> Iterator[str]:
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


def _files() -> Iterator[str]:
    known: set[str] = set()
    for image in Image.objects.iterator():
        for key in (image.original, image.medium, image.small):
            known.add(key)
            if not default_storage.exists(key):
                yield f"The file {key} of picture {image.pk} is missing."
        if default_storage.exists(image.original):
            size = default_storage.size(image.original)
            if size != image.bytes:
                yield f"The file {image.original} has {size} bytes, not {image.bytes}."
    for key in stored_keys():
        if key not in known and default_storage.get_modified_time(key) < now() - timedelta(days=1):
            yield f"The file {key} belongs to no picture."
