"""What one call of the model can make together with the job that is next."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from generation.models import Job, Pause
from generation.models.job import JobQuerySet
from generation.queue.room import Room

# So many of each kind are looked at for each place in the call: a line may be long.
LOOK = 8


def company_of(pk: UUID, room: Room) -> list[Job]:
    """The job and others of its shape: of the same person first, then who waits longest. Empty if
    it waits no more."""
    first = _rows().filter(pk=pk).first()
    if first is None or not room.take(first.author_id):
        return []
    together = first.model.contract.images_per_call
    if together == 1 or first.alone:
        return [first]
    mates = [first]
    for job in [*_own(first, together * LOOK), *_of_others(first, together * LOOK)]:
        if len(mates) == together:
            break
        if room.take(job.author_id):
            mates.append(job)
    return mates


def _rows() -> JobQuerySet:
    return Job.objects.waiting().select_related("batch__workspace__owner", "model")


def _mates(first: Job) -> JobQuerySet:
    ready = Q(rest_until=None) | Q(rest_until__lte=Now())
    same = {"lane": first.lane, "is_idle": first.is_idle, "alone": False}
    return _rows().filter(ready, **same).exclude(pk=first.pk).order_by(*ORDER)


ORDER = ("rank", "waiting_since", "id")


def _own(first: Job, most: int) -> list[Job]:
    """In line order through `job_line`, where the shape is not: looked at afterwards."""
    rows = _mates(first).filter(author_id=first.author_id, model_id=first.model_id)
    return [job for job in rows[:most] if job.shape == first.shape]


def _of_others(first: Job, most: int) -> list[Job]:
    paused = Exists(Pause.objects.filter(user_id=OuterRef("author_id")))
    rows = _mates(first).filter(~paused, shape=first.shape).exclude(author_id=first.author_id)
    return list(rows[:most])
