"""Says what place a waiting job has in its lane, as the fair order is now.

Others' pictures are before a job's if a claim would take them sooner: by the tags their people
will have by then. What those take is known only roughly, and so is a place far back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Subquery

from billing.models import Account
from billing.models.limits import Limit, limit_in_sql
from generation.models import Job, Pause, Turn
from generation.queue.work import usual_seconds_of

TIE = 1e-6  # tags that differ by less are the same
Line = tuple[str, bool]  # lane, is_idle

# A window function, because the jobs before are numbered in one pass however many are asked about.
OWN_PLACES = """
SELECT id, own FROM (
  SELECT id, ROW_NUMBER() OVER
    (PARTITION BY author_id, lane, is_idle ORDER BY rank, waiting_since, id) AS own
  FROM generation_job WHERE state = 'queued' AND author_id IN ({authors})
) AS numbered WHERE id IN ({jobs})
"""


@dataclass(frozen=True)
class Place:
    number: int  # 1 is next
    seconds_before: float  # of one worker, for what is before it
    own_seconds_before: float  # the author's own part of that
    own_cap: int  # how many of theirs are drawn at the same time
    has_newcomers: bool  # somebody before it came later
    has_larger_share: bool  # somebody before it has a larger share
    other_models: frozenset[UUID] = frozenset()  # its lane is waited in for these, too


def places(jobs: Iterable[Job]) -> dict[UUID, int]:
    """How many turns until each waiting job's: 1 is next."""
    return {pk: place.number for pk, place in places_of(jobs).items()}


def places_of(jobs: Iterable[Job]) -> dict[UUID, Place]:
    """The places of those that wait and whose person has not paused the queue."""
    waiting = [job for job in jobs if job.state == Job.State.QUEUED]
    if not waiting:
        return {}
    own = _own_places(waiting)
    lines = _lines({job.lane for job in waiting})
    found = {}
    for job in waiting:
        line = lines.get((job.lane, job.is_idle), {})
        mine = line.get(job.author_id)
        if mine and job.pk in own and not mine.is_paused:
            place = _place(job, own[job.pk], mine, line.values())
            normal = lines.get((job.lane, False), {}) if job.is_idle else {}
            found[job.pk] = _behind(place, job, normal.values())
    return found


@dataclass
class Waiting:
    """One person in one line."""

    author: UUID
    tag: float = 0.0
    clock: float = 0.0  # how far the line has come
    weight: int = 1
    cap: int = 1
    since: datetime | None = None
    is_paused: bool = False
    count: int = 0
    work: float = 0.0  # seconds, of all of them
    models: set[UUID] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """What one of their pictures takes, on average."""
        return self.work / self.count

    def tag_of(self, own: int) -> float:
        """Their tag when the picture that is `own`-th of theirs, from 1, is next. Whoever is behind
        the line has one turn for that, not all that they missed: a claim charges from its clock."""
        if own == 1:
            return self.tag
        return max(self.tag, self.clock) + (own - 1) * self.seconds / self.weight

    def before(self, tag: float, since: datetime | None) -> int:
        """How many of theirs are claimed before somebody whose tag is this."""
        is_older = self.since is not None and since is not None and self.since < since
        if abs(tag - self.tag) < TIE:  # who has been in line for longer is first
            first = int(is_older)
        else:
            first = int(self.tag < tag)
        if not first:
            return 0
        turns = (tag - self.tag_of(2)) * self.weight / self.seconds
        nearest = round(turns)
        if abs(turns - nearest) < TIE:
            turns = nearest + is_older
        return min(first + max(0, ceil(turns)), self.count)


def _place(job: Job, own: int, mine: Waiting, line: Collection[Waiting]) -> Place:
    own_seconds = (own - 1) * mine.seconds
    tag = mine.tag_of(own)
    before = own - 1
    seconds = own_seconds
    has_newcomers = has_larger_share = False
    for other in line:
        if other.author == mine.author or other.is_paused:
            continue
        if turns := other.before(tag, mine.since):
            before += turns
            seconds += turns * other.seconds
            has_newcomers |= other.since is not None and other.since > job.waiting_since
            has_larger_share |= other.weight > mine.weight
    others = _models(line) - {job.model_id}
    return Place(
        before + 1, seconds, own_seconds, mine.cap, has_newcomers, has_larger_share, others
    )


def _models(line: Collection[Waiting]) -> frozenset[UUID]:
    return frozenset().union(*(each.models for each in line if not each.is_paused))


def _behind(place: Place, job: Job, normal: Collection[Waiting]) -> Place:
    """What is idle comes after everything else in its lane, whenever that came."""
    ahead = [each for each in normal if not each.is_paused]
    return replace(
        place,
        number=place.number + sum(each.count for each in ahead),
        seconds_before=place.seconds_before + sum(each.work for each in ahead),
        has_newcomers=place.has_newcomers or bool(ahead),
        other_models=place.other_models | (_models(ahead) - {job.model_id}),
    )


def _own_places(waiting: Collection[Job]) -> dict[UUID, int]:
    """Each job's place, from 1, among its author's own."""
    authors = [_to_row(pk) for pk in {job.author_id for job in waiting}]
    jobs = [_to_row(job.pk) for job in waiting]
    text = OWN_PLACES.format(
        authors=", ".join(["%s"] * len(authors)), jobs=", ".join(["%s"] * len(jobs))
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [*authors, *jobs])
        return {UUID(str(pk)): own for pk, own in cursor.fetchall()}


def _to_row(pk: UUID) -> UUID | str:
    """SQLite has no type for them."""
    return pk if connection.features.has_native_uuid_field else pk.hex


def _lines(lanes: Collection[str]) -> dict[Line, dict[UUID, Waiting]]:
    lines: dict[Line, dict[UUID, Waiting]] = defaultdict(dict)
    rows = Job.objects.waiting().filter(lane__in=lanes).order_by()
    counted = rows.values_list("lane", "is_idle", "author_id", "model_id").annotate(Count("pk"))
    for lane, is_idle, author, model, count in counted:
        person = lines[lane, is_idle].setdefault(author, Waiting(author))
        person.count += count
        person.work += count * usual_seconds_of(model)
        person.models.add(model)
    for lane, is_idle, author, tag, clock, since, weight, cap, is_paused in _turns(lanes):
        if found := lines[lane, is_idle].get(author):
            found.tag, found.clock, found.since, found.is_paused = tag, clock, since, is_paused
            found.weight, found.cap = weight or 1, cap or 1
    return lines


def _turns(lanes: Collection[str]) -> Iterable[tuple[Any, ...]]:
    plan = Account.objects.filter(user_id=OuterRef("author_id"))
    rows = Turn.objects.in_line().filter(lane__in=lanes)
    line = Turn.objects.filter(lane=OuterRef("lane"), is_idle=OuterRef("is_idle"))
    rows = rows.annotate(
        line_clock=Subquery(line.order_by("-clock").values("clock")[:1]),
        weight=Subquery(plan.values_list(limit_in_sql(Limit.QUEUE_WEIGHT))),
        cap=Subquery(plan.values_list(limit_in_sql(Limit.RUNNING_JOBS))),
        is_paused=Exists(Pause.objects.filter(user_id=OuterRef("author_id"))),
    )
    names = "lane", "is_idle", "author_id", "tag", "line_clock", "since"
    return rows.values_list(*names, "weight", "cap", "is_paused")
