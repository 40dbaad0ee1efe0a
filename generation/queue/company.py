"""What one call of the model can make together with the job that is next."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from generation.models import Job, Pause
from generation.models.job import JobQuerySet
from generation.queue.room import Room
from pixazo.prepared import Rows

ORDER = ("rank", "waiting_since", "id")
# So many of each kind are looked at for each place in the call: a line may be long.
LOOK = 8


def company_of(pk: UUID, room: Room) -> list[Job]:
    """The job and others of its shape: of the same person first, then who waits longest. Empty if
    it waits no more."""
    first = _FIRST.first(pk=pk)
    if first is None or not room.take(first.author_id):
        return []
    together = _most(first)
    if together == 1 or first.alone:
        return [first]
    mates: list[UUID] = []
    for mate, author in _mates(first, together * LOOK):
        if room.take(author):
            mates.append(mate)
        if len(mates) == together - 1:
            break
    return [first, *_rows().filter(pk__in=mates).order_by(*ORDER)] if mates else [first]


def _most(first: Job) -> int:
    contract, batch = first.model.contract, first.batch
    if first.model.service_id:
        return contract.images_per_call  # its machines are its own affair
    return contract.together(batch.width, batch.height)


def _mates(first: Job, most: int) -> Iterator[tuple[UUID, UUID]]:
    """Ids of jobs and of their authors: only who comes along is read whole."""
    yield from _own(first, most)
    yield from _of_others(first, most)


def _rows() -> JobQuerySet:
    return Job.objects.waiting().select_related("batch__workspace__owner", "model")


_FIRST: Rows[Job] = Rows(lambda pk: _rows().filter(pk=pk).order_by(), pk=UUID)


def _waiting_with(first: Job) -> JobQuerySet:
    ready = Q(rest_until=None) | Q(rest_until__lte=Now())
    same = {"lane": first.lane, "is_idle": first.is_idle, "alone": False}
    return Job.objects.waiting().filter(ready, **same).exclude(pk=first.pk).order_by(*ORDER)


def _own(first: Job, most: int) -> list[tuple[UUID, UUID]]:
    """In line order through `job_line`, where the shape is not: looked at afterwards."""
    rows = _waiting_with(first).filter(author_id=first.author_id, model_id=first.model_id)
    ids = rows.values_list("pk", "author_id", "shape")[:most]
    return [(pk, author) for pk, author, shape in ids if shape == first.shape]


def _of_others(first: Job, most: int) -> list[tuple[UUID, UUID]]:
    paused = Exists(Pause.objects.filter(user_id=OuterRef("author_id")))
    rows = _waiting_with(first).filter(~paused, shape=first.shape)
    return list(rows.exclude(author_id=first.author_id).values_list("pk", "author_id")[:most])
