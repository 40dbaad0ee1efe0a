"""The first range and the best place that are told of each job: kept, to be held to them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Case, DateTimeField, Expression, F, IntegerField, Value, When

from generation.clock import moment
from generation.estimate.told import Told
from generation.models import Job


def remember(waiting: Sequence[Job], told: Mapping[UUID, Told]) -> None:
    """Where this is the first range that is told of a job, or its best place so far."""
    first = {job.pk: wait for job in waiting if not job.told_from and (wait := told[job.pk].wait)}
    better = {
        job.pk: place
        for job in waiting
        if (place := told[job.pk].place) and not (job.told_place and job.told_place <= place)
    }
    if first or better:
        _store(first, better)


@transaction.atomic
def _store(first: dict[UUID, tuple[int, int]], better: dict[UUID, int]) -> None:
    """Only what nobody else is changing: this is looking, and looking waits for nobody."""
    rows = Job.objects.filter(pk__in=first.keys() | better.keys())
    free = rows.order_by("pk").select_for_update(skip_locked=True).values("pk")
    begins, ends = ({pk: wait[place] for pk, wait in first.items()} for place in (0, 1))
    Job.objects.filter(pk__in=free).update(
        told_from=_cases("told_from", {pk: moment(seconds=begin) for pk, begin in begins.items()}),
        told_until=_cases("told_until", {pk: moment(seconds=end) for pk, end in ends.items()}),
        told_place=_cases("told_place", {pk: Value(place) for pk, place in better.items()}),
    )


def _cases(name: str, values: Mapping[UUID, Expression]) -> Case:
    """What each row gets; all others keep what they have, also what was told first elsewhere."""
    is_place = name == "told_place"
    only = {} if is_place else {f"{name}__isnull": True}
    cases = (When(pk=pk, then=value, **only) for pk, value in values.items())
    kind = IntegerField() if is_place else DateTimeField()
    return Case(*cases, default=F(name), output_field=kind)
