"""Every job ends, in one state, and once."""

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from generation.clock import moment
from generation.models import Job, Transition

# The sweeper comes every few seconds: what it has not found after this, it does not find.
LONG = 3600.0


def ends(idle: bool) -> Iterator[str]:
    if idle:
        for job in Job.objects.unfinished():
            yield f"Job {job.pk} is {job.state} though nothing is left to do."
    for job in Job.objects.active().filter(lease_until__lt=moment(seconds=-LONG)):
        yield f"Job {job.pk} was lost by its worker, and nobody has noticed."
    for job in Job.objects.filter(state=Job.State.SUCCEEDED, image=None, picture_purged=None):
        yield f"Job {job.pk} succeeded without a picture."
    for job in Job.objects.exclude(state=Job.State.SUCCEEDED).exclude(image=None):
        yield f"Job {job.pk} is {job.state} and has a picture."
    for job in Job.objects.waiting().exclude(worker=""):
        yield f"Job {job.pk} waits and is in the hands of {job.worker}."


def histories() -> Iterator[str]:
    ended = Count("transitions", filter=Q(transitions__state=Job.State.SUCCEEDED))
    for twice in Job.objects.annotate(ends=ended).filter(ends__gt=1):
        yield f"Job {twice.pk} succeeded {twice.ends} times."
    succeeded = Transition.objects.filter(state=Job.State.SUCCEEDED)
    for transition in succeeded.exclude(job__state=Job.State.SUCCEEDED).select_related("job"):
        yield f"Job {transition.job_id} had succeeded and is now {transition.job.state}."
    for job in Job.objects.filter(attempt__gt=settings.MAX_ATTEMPTS):
        yield f"Job {job.pk} was begun {job.attempt} times, more than {settings.MAX_ATTEMPTS}."
    yield from _revived()


def _revived() -> Iterator[str]:
    """An end is the end, until a person asks again: then it waits."""
    rows = Transition.objects.order_by("job", "pk")
    earlier: tuple[UUID | None, str] = (None, "")
    for pk, state in rows.values_list("job", "state").iterator():
        if earlier[0] == pk and earlier[1] in Job.FINAL and state != Job.State.QUEUED:
            yield f"Job {pk} was {earlier[1]} and then {state}."
        earlier = (pk, state)
