"""Takes what is next: chosen by turn, then by what is loaded, then taken by a conditional UPDATE.

A job and its author's turn change in one transaction, the job first. Everybody locks rows in the
order jobs, accounts, turns, and here one of each, so that no two wait for each other.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import FloatField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Now

from billing.models import Account
from billing.models.limits import Limit, limit_in_sql
from generation.models import Job, Turn
from generation.queue.company import company_of
from generation.queue.line import Head, Person, people
from generation.queue.room import Room
from generation.queue.work import work_of
from pixazo.prepared import Change

# How often to look again when others were first; the doorbell and the timer bring more looks.
TRIES = 16


def claim(
    lanes: Collection[str],
    worker: str,
    loaded_models: Collection[UUID] = (),
    overtaken: Callable[[], None] = lambda: None,
) -> list[Job]:
    """Take up to as many jobs of one shape as one call of their model can make together.

    They come in state `preparing`, leased to `worker`. Empty: nothing waits that may be drawn now.
    `loaded_models` are the ids of ImageModels that are in the worker's memory. `overtaken` is
    called if others were first again and again: there may be more.
    """
    for _ in range(TRIES):
        room = Room.now()
        choice = next(filter(None, (_choose(lane, loaded_models, room) for lane in lanes)), None)
        if choice is None:
            return []
        jobs = company_of(choice.head.job, room)
        if taken := [job for job in jobs if _take(job, worker, choice, room)]:
            return taken
    overtaken()
    return []


@dataclass(frozen=True)
class Choice:
    person: Person
    head: Head
    clock: float  # how far the line has come: those who may draw have no smaller tag than that


def _choose(lane: str, loaded: Collection[UUID], room: Room) -> Choice | None:
    if room.is_full:
        return None
    for is_idle in (False, True):
        in_line = 0
        for persons in people(lane, is_idle=is_idle):
            in_line += len(persons)
            if able := [person for person in persons if room.has_for(person.author)]:
                # Who could not draw has saved up no turns: a newcomer has not got them either.
                clock = max(able[0].tag, able[0].clock)
                return _of(able, loaded, clock)
        if in_line:
            # They draw as many as they may. What is idle waits for them, too (D15).
            return None
    return None


def _of(able: list[Person], loaded: Collection[UUID], clock: float) -> Choice:
    """Who is first in line; or, while the window is open, who wants a model that is loaded."""
    first = able[0]
    # Those for whom it has closed, without a change of models if that can be.
    overdue = [person for person in able if person.has_waited]
    for person in sorted(overdue, key=lambda person: person.heads[0].model not in loaded):
        return Choice(person, person.heads[0], clock)
    if first.heads[0].model not in loaded:
        for person in able:
            for head in person.heads:
                if head.model in loaded:
                    Turn.objects.filter(pk=first.turn, passed=None).update(passed=Now())
                    return Choice(person, head, clock)
    return Choice(first, first.heads[0], clock)


def _take(job: Job, worker: str, choice: Choice, room: Room) -> bool:
    if job.batch.deleted:
        # Whoever deleted the batch did not get as far as this picture.
        job.cancel()
        return False
    work = work_of(job)
    with transaction.atomic():
        if not job.claim(worker):
            return False
        room.hold(job.author_id)
        _charge(job, work, choice)
        # Counted again, now that nobody else can take one of theirs: of two claims at the same
        # moment, perhaps in two lanes, both had found room for the last one.
        if room.is_exceeded_by(job.author_id):
            transaction.set_rollback(True)
            return False
    return True


def _charge(job: Job, work: float, choice: Choice) -> None:
    """The more of a worker's time somebody has had for their weight, the later they are next."""
    is_mate = job.author_id != choice.person.author
    is_served = is_mate or job.pk == choice.person.heads[0].job
    _CHARGED[job.is_idle, is_served](
        author=job.author_id, lane=job.lane, work=float(work), clock=float(choice.clock)
    )


def _charged(is_idle: bool, is_served: bool) -> Change:
    accounts = Account.objects.filter(user_id=OuterRef("author_id"))
    weights = accounts.values_list(limit_in_sql(Limit.QUEUE_WEIGHT))
    weight = Cast(Coalesce(Subquery(weights), 1), FloatField())

    def build(author: UUID, lane: str, work: float, clock: float) -> tuple[Any, dict[str, Any]]:
        begin = Greatest("tag", _seconds(clock), output_field=FloatField())
        changes: dict[str, Any] = {"tag": begin + _seconds(work) / weight, "clock": clock}
        rows = Turn.objects.filter(author_id=author, lane=lane, is_idle=is_idle)
        return rows, changes | ({"passed": None} if is_served else {})

    return Change(build, author=UUID, lane=str, work=float, clock=float)


def _seconds(value: float) -> Value:
    return Value(value, output_field=FloatField())


_CHARGED = {
    (is_idle, is_served): _charged(is_idle, is_served)
    for is_idle in (False, True)
    for is_served in (False, True)
}
