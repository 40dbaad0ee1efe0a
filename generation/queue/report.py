"""Shows operators, from the rows, whether the time classes are what they promise (D15).

What may wait until nothing else does must never be begun while something else waits. Transition
rows say from when to when each job waited; what could not be drawn then (its person's queue was
paused, its service closed) was not passed over.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from generation.models import Batch, Job, Pause, Transition

# Between a request's moment and its being seen by a claim lie a commit and a look.
ALLOWANCE = timedelta(seconds=1)
# The latest jobs, of which the report is made.
MOST = 2000


@dataclass(frozen=True)
class Line:
    """One lane and class."""

    lane: str
    time_class: str  # now or whenever
    jobs: int
    waiting: int
    wait_p50: float | None  # seconds until they were begun
    wait_p95: float | None
    before_others: int | None  # whenever: begun while something else waited. Must be 0.

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Story:
    """One job: when it waited, and when it could not have been drawn."""

    job: Job
    waits: list[tuple[datetime, datetime]] = field(default_factory=list)
    begun: list[datetime] = field(default_factory=list)
    held_until: datetime | None = None

    def waited_at(self, moment: datetime) -> bool:
        if self.held_until and moment < self.held_until:
            return False
        return any(begin + ALLOWANCE <= moment < end for begin, end in self.waits)


def report() -> list[Line]:
    """Of the latest jobs, by lane and class."""
    lanes: dict[str, dict[bool, list[Story]]] = defaultdict(lambda: {False: [], True: []})
    for story in _stories():
        lanes[story.job.lane][story.job.is_idle].append(story)
    return [
        _line(lane, is_idle, classes[is_idle], classes[False])
        for lane, classes in sorted(lanes.items())
        for is_idle in (False, True)
    ]


def _line(lane: str, is_idle: bool, stories: list[Story], normal: list[Story]) -> Line:
    waits = sorted(
        (end - begin).total_seconds()
        for story in stories
        for begin, end in story.waits
        if end in story.begun
    )
    classes = Batch.TimeClass
    return Line(
        lane,
        classes.WHENEVER if is_idle else classes.NOW,
        jobs=len(stories),
        waiting=sum(story.job.state == Job.State.QUEUED for story in stories),
        wait_p50=_share(waits, 0.5),
        wait_p95=_share(waits, 0.95),
        before_others=_before_others(stories, normal) if is_idle else None,
    )


def _before_others(idle: list[Story], normal: list[Story]) -> int:
    return sum(
        any(other.waited_at(moment) for other in normal) for story in idle for moment in story.begun
    )


def _share(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[round((len(ordered) - 1) * share)], 1)


def _stories() -> Collection[Story]:
    latest = Job.objects.order_by("-id").values("pk")[:MOST]
    rows = Job.objects.filter(pk__in=latest).select_related("model__service").order_by("pk")
    stories = {job.pk: Story(job) for job in rows}
    queued: dict[UUID, datetime] = {}
    told = Transition.objects.filter(job__in=latest).order_by("id")
    for pk, state, at in told.values_list("job_id", "state", "at"):
        if pk not in stories:
            continue
        if begin := queued.pop(pk, None):
            stories[pk].waits.append((begin, at))
            if state == Job.State.PREPARING:
                stories[pk].begun.append(at)
        if state == Job.State.QUEUED:
            queued[pk] = at
    for pk, begin in queued.items():
        stories[pk].waits.append((begin, now()))
    _hold(stories.values())
    return stories.values()


def _hold(stories: Collection[Story]) -> None:
    """Those that could not be drawn for a while, whoever else waited."""
    paused = set(Pause.objects.values_list("user_id", flat=True))
    for story in stories:
        job, service = story.job, story.job.model.service
        if job.author_id in paused or (service and not service.is_active):
            story.held_until = now()
        else:
            ends = [job.rest_until, service.closed_until if service else None]
            story.held_until = max(filter(None, ends), default=None)
