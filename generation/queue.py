"""The only place that decides which job is drawn next.

Fair share between people comes first (who has fewest pictures being drawn), then the model that is
loaded already if nobody waits much longer for it, then age. The same text runs on SQLite and on
PostgreSQL: candidates are read, then each is taken by a conditional UPDATE.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from billing.models import Account
from generation.models import Job

# A loaded model goes first by at most so much: switching costs seconds, waiting must stay fair.
LOADED_FIRST = timedelta(seconds=10)
# How often to look again when others were first; the doorbell and the timer bring more looks.
TRIES = 8


def claim(lanes: Collection[str], worker: str, loaded_models: Collection[UUID] = ()) -> list[Job]:
    """Take up to as many jobs of one shape as one call of their model can make together.

    They come in state `preparing`, leased to `worker`. Empty: nothing waits that may be drawn now.
    `loaded_models` are the ids of ImageModels that are in the worker's memory.
    """
    for _ in range(TRIES):
        first = _next(lanes, loaded_models)
        if first is None:
            return []
        if taken := [job for job in _mates(first) if _take(job, worker)]:
            return taken
    return []


def _take(job: Job, worker: str) -> bool:
    if job.batch.deleted:
        # Whoever deleted the batch did not get as far as this picture.
        job.cancel()
        return False
    return job.claim(worker)


def places(jobs: Iterable[Job]) -> dict[UUID, int]:
    """How many turns until each waiting job's: 1 is next. As fair share orders them now."""
    waiting = [job.pk for job in jobs if job.state == Job.State.QUEUED]
    if not waiting:
        return {}
    drawing = _drawing()
    lines = _lines()
    return {
        pk: own + _before(drawing.get(author, 0) + own, author, lines.get(lane, {}), drawing)
        for pk, author, lane, own in _own_places(waiting)
    }


def _before(turn: int, author: UUID, line: dict[UUID, int], drawing: dict[UUID, int]) -> int:
    """How many pictures of others are drawn before somebody's picture number `turn`."""
    return sum(
        min(max(turn - 1 - drawing.get(other, 0), 0), count)
        for other, count in line.items()
        if other != author
    )


def _lines() -> dict[str, dict[UUID, int]]:
    """How many pictures of each person wait in each lane."""
    lines: dict[str, dict[UUID, int]] = {}
    rows = Job.objects.waiting().order_by().values_list("lane", "author_id")
    for lane, author, count in rows.annotate(Count("pk")):
        lines.setdefault(lane, {})[author] = count
    return lines


def _own_places(waiting: list[UUID]) -> QuerySet[Job, tuple[UUID, UUID, str, int]]:
    """Of each of these jobs: its author, its lane and its place, from 1, in its author's line.

    Counted by the database: a line may be long, and a page asks often.
    """
    older = Q(waiting_since__lt=OuterRef("waiting_since"))
    same_moment = Q(waiting_since=OuterRef("waiting_since"), pk__lt=OuterRef("pk"))
    before = (
        Job.objects.waiting()
        .filter(older | same_moment, lane=OuterRef("lane"), author_id=OuterRef("author_id"))
        .order_by()
        .values("lane")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = Job.objects.waiting().filter(pk__in=waiting).order_by()
    return rows.annotate(own=Coalesce(Subquery(before), 0) + 1).values_list(
        "pk", "author_id", "lane", "own"
    )


@dataclass(frozen=True)
class Candidate:
    """What waits longest of one person for one model."""

    author: UUID
    model: UUID
    since: datetime
    drawing: int
    may_draw: int

    @property
    def has_room(self) -> bool:
        return self.drawing < self.may_draw


def _next(lanes: Collection[str], loaded_models: Collection[UUID]) -> Job | None:
    candidates = [each for each in _candidates(lanes) if each.has_room]
    if not candidates:
        return None
    fewest = min(each.drawing for each in candidates)
    turn = sorted(
        (each for each in candidates if each.drawing == fewest), key=lambda each: each.since
    )
    limit = turn[0].since + LOADED_FIRST
    loaded = (each for each in turn if each.model in loaded_models and each.since <= limit)
    best = next(loaded, turn[0])
    rows = Job.objects.waiting().filter(lane__in=lanes, author_id=best.author, model_id=best.model)
    return rows.order_by("waiting_since", "id").first()


def _candidates(lanes: Collection[str]) -> list[Candidate]:
    rows = (
        Job.objects.waiting()
        .filter(lane__in=lanes)
        .order_by()
        .values_list("author_id", "model_id")
        .annotate(Min("waiting_since"))
    )
    drawing = _drawing()
    caps = _caps(drawing)
    return [
        Candidate(author, model, since, drawing.get(author, 0), caps.get(author, 1))
        for author, model, since in rows
    ]


def _drawing() -> dict[UUID, int]:
    """How many pictures of each person are being drawn now; no more rows than workers take."""
    rows = Job.objects.active().order_by().values_list("author_id")
    return dict(rows.annotate(Count("pk")))


def _caps(authors: Collection[UUID]) -> dict[UUID, int]:
    """How many pictures these people's plans let be drawn at the same time."""
    rows = Account.objects.filter(user_id__in=authors)
    return dict(rows.values_list("user_id", "plan__running_jobs"))


def _mates(first: Job) -> list[Job]:
    """The job and others that the same call can make: of the same person first, then by age."""
    rows = (
        Job.objects.waiting()
        .filter(lane=first.lane, model_id=first.model_id, shape=first.shape)
        .select_related("batch__workspace__owner", "model")
    )
    together = first.model.contract.images_per_call
    if together == 1 or first.alone:
        return list(rows.filter(pk=first.pk))
    own_first = Case(When(author_id=first.author_id, then=0), default=1)
    jobs = list(rows.filter(alone=False).order_by(own_first, "waiting_since", "id")[: together * 4])
    caps = _caps({job.author_id for job in jobs})
    drawing = Counter(_drawing())
    mates: list[Job] = []
    for job in jobs:
        if len(mates) < together and drawing[job.author_id] < caps.get(job.author_id, 1):
            drawing[job.author_id] += 1
            mates.append(job)
    return mates
