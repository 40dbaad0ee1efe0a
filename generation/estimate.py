"""The one place where people are told how long it takes: pages and programs ask here (D1, W4).

A range, never a point: from what such pictures took, what is before them in the fair order, how
many workers there are and whether the model is loaded. The first range that is told is kept with
the job, and how often the first ranges held is published.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, DateTimeField, Expression, F, IntegerField, Q, Value, When
from django.utils.translation import gettext, gettext_noop

from generation import queue
from generation.clock import moment
from generation.models import Batch, Image, Job, Pause, Turn, Worker
from generation.queue import Place, work

NEWCOMER = gettext_noop(
    "Somebody came who had waited for fewer pictures than you: everybody gets a share."
)
LARGER_SHARE = gettext_noop("Somebody came whose plan has a larger share of the workers.")
NOBODY = gettext_noop(
    "Nobody draws at the moment. It keeps its place and is drawn as soon as somebody does."
)
TRIED = gettext_noop("It was begun once and could not be finished; others went first meanwhile.")

# What a stretch of queue may deviate by, on top of the pictures' own spread: people cancel, others
# come and take turns, models are loaded.
QUICKER, SLOWER = 0.2, 0.6
# Where several models are wanted, what a picture may gain by the window for loaded ones, of it.
LOADED_FIRST = 0.2
# Of what is being drawn, at the least so much is left on average.
NEARLY_DONE = 0.4
SAVING = 1.0  # seconds, for what comes after the last step
# Where more than this share of the latest ranges ended too early, or too late, that side gets wider
# by so many times the excess, to at most so many times.
MISSES, WIDEN, WIDEST = 0.03, 30.0, 4.0
LATEST = 100

# `accuracy` looks among so many of the latest pictures, counts so many that were told about, within
# so many days, once a minute.
LOOKED_AT, COUNTED, DAYS, FEWEST_TOLD, KEEP_SECONDS = 5000, 1000, 30, 20, 60


@dataclass(frozen=True)
class Told:
    """What a person may be told about an unfinished job."""

    place: int | None = None  # 1 is next; None while it is drawn, or paused
    wait: tuple[int, int] | None = None  # seconds until it is done, from and to
    reason: str = ""  # why the place is worse than one told before, or why no time is told
    is_paused: bool = False


def tell(jobs: Iterable[Job]) -> dict[UUID, Told]:
    """What is to be said about each job that has not ended. Its batch and model are read.

    Remembers the first range and the best place, so that we can be held to them.
    """
    unfinished = [job for job in jobs if not job.is_finished]
    if not unfinished:
        return {}
    places = queue.places_of(unfinished)
    site = Site.now({job.lane for job in unfinished})
    paused = _paused({job.author_id for job in unfinished if job.pk not in places})
    told = {
        job.pk: _told(job, places.get(job.pk), site, is_paused=job.author_id in paused)
        for job in unfinished
    }
    _remember([job for job in unfinished if job.pk in places], told)
    return told


def together(batches: Sequence[Batch]) -> tuple[int, int] | None:
    """Seconds for all of one person's requests, of a picture each and not asked for yet: from, if
    nobody else comes, and to, if everybody in line takes their turns. None where too little is
    known of one of their models, or nobody draws."""
    jobs = [
        Job(batch=each, model=each.model, lane=each.model.lane, steps=each.num_inference_steps)
        for each in batches
    ]
    account, site = batches[0].account, Site.now({job.lane for job in jobs})
    quick = slow = 0.0
    for lane in {job.lane for job in jobs}:
        mine = [job for job in jobs if job.lane == lane]
        paces = [pace for job in mine if (pace := work.pace_of(job))]
        if len(paces) < len(mine) or not site.workers.get(lane):
            return None
        others = Turn.objects.in_line().filter(lane=lane).exclude(author_id=account.person_id)
        side = min(site.workers[lane], account.running_jobs)
        load = sum(_load(job, site) for job in {job.model_id: job for job in mine}.values())
        turns = 1 + others.values("author_id").distinct().count()
        quick = max(quick, sum(pace.quick for pace in paces) / side)
        slow = max(slow, sum(pace.slow for pace in paces) * turns / side * (1 + SLOWER) + load)
    return _whole(quick, slow + SAVING)


@dataclass(frozen=True)
class Accuracy:
    """How often what was told first came true: `share` of `count` pictures."""

    share: float
    count: int

    @property
    def percent(self) -> int:
        return int(100 * self.share)


def accuracy() -> Accuracy | None:
    """Of the latest pictures; None while there are few."""
    return _accuracy(int(time.monotonic() / KEEP_SECONDS))


def forget() -> None:
    """Measure again at once."""
    work.forget()
    _missed.cache_clear()
    _accuracy.cache_clear()


@dataclass(frozen=True)
class Site:
    """What the workers of some lanes are at."""

    workers: dict[str, int]
    loaded: frozenset[str]  # slugs
    everywhere: dict[str, frozenset[str]]  # slugs that all workers of a lane have loaded
    busy_seconds: dict[str, float]  # of one worker, for what is being drawn

    @classmethod
    def now(cls, lanes: Collection[str]) -> "Site":
        workers: dict[str, int] = {}
        loaded: set[str] = set()
        everywhere: dict[str, frozenset[str]] = {}
        alive = Worker.objects.alive().values_list("lanes", "loaded_model", "loaded_models")
        for theirs, model, models in alive:
            loaded |= {model, *models}
            for lane in theirs.split(","):
                workers[lane] = workers.get(lane, 0) + 1
                own = frozenset({model, *models})
                everywhere[lane] = everywhere.get(lane, own) & own
        busy: dict[str, float] = {}
        active = Job.objects.active().filter(lane__in=lanes)
        for lane, model_id, step, steps in active.values_list("lane", "model_id", "step", "steps"):
            left = work.usual_seconds_of(model_id) * (1 - step / max(1, steps))
            busy[lane] = busy.get(lane, 0.0) + left
        return cls(workers, frozenset(loaded), everywhere, busy)


def _told(job: Job, place: Place | None, site: Site, *, is_paused: bool) -> Told:
    is_anybody_there = bool(site.workers.get(job.lane))
    if job.is_active:
        return Told(wait=_rest(job, site) if is_anybody_there else None)
    if place is None:
        return Told(is_paused=is_paused)
    number, reason = place.number, ""
    if job.told_place and number > job.told_place:
        reason = _reason(job, place)
        if not reason:
            # Only our own estimate of what others take has changed.
            number = job.told_place
    if not is_anybody_there:
        return Told(number, reason=gettext(NOBODY))
    return Told(number, _wait(job, place, site), reason)


def _paused(authors: set[UUID]) -> set[UUID]:
    if not authors:
        return set()
    return set(Pause.objects.filter(user_id__in=authors).values_list("user_id", flat=True))


def _reason(job: Job, place: Place) -> str:
    if job.alone:
        return gettext(TRIED)
    if place.has_larger_share:
        return gettext(LARGER_SHARE)
    return gettext(NEWCOMER) if place.has_newcomers else ""


def _rest(job: Job, site: Site) -> tuple[int, int] | None:
    """Of one that is being drawn."""
    pace = work.pace_of(job)
    if pace is None:
        return None
    left = 1 - job.step / job.steps if job.steps else 1.0
    load = _load(job, site) if job.state == Job.State.PREPARING else 0.0
    return _whole(load + pace.quick * left, load + pace.slow * left)


def _wait(job: Job, place: Place, site: Site) -> tuple[int, int] | None:
    pace = work.pace_of(job)
    if pace is None:
        return None
    workers = site.workers[job.lane]
    own = place.own_seconds_before / min(workers, place.own_cap)
    busy = site.busy_seconds.get(job.lane, 0.0)
    least = max((busy * NEARLY_DONE + place.seconds_before) / workers, own)
    most = max((busy + place.seconds_before) / workers, own)
    # Eight of ten times within: the spread of each picture before it, which evens out over many.
    spread = (pace.slow - pace.quick) / 2 * sqrt(place.number) / workers
    load = _load(job, site)
    early, late = _missed(int(time.monotonic() / work.KEEP_SECONDS))
    quick = least * max(0.2, 1 - QUICKER * early) - spread * early + pace.quick
    if place.other_models:  # it may go before others if its model is loaded
        quick -= LOADED_FIRST * settings.LOADED_FIRST_SECONDS * early
    slow = most * (1 + SLOWER * late) + spread * late + pace.slow + load + SAVING
    if place.number <= workers:
        quick += load  # else somebody before it may have it loaded
    else:
        slow += _loads_before(job, place, site, most) * late
    return _whole(max(pace.quick, quick), slow)


def _loads_before(job: Job, place: Place, site: Site, seconds: float) -> float:
    """Seconds for the models that may be loaded before it. Where several are wanted, none of them
    stays for longer than the window, and at least one picture is made of each."""
    own = work.load_seconds_of(job.model_id)
    if not place.other_models:
        return 0.0 if job.model.slug in site.everywhere.get(job.lane, ()) else own
    longest = max([own, *map(work.load_seconds_of, place.other_models)])
    workers = site.workers[job.lane]
    changes = min(place.number / workers, seconds / max(1.0, settings.LOADED_FIRST_SECONDS))
    return own + changes * longest


def _load(job: Job, site: Site) -> float:
    return 0.0 if job.model.slug in site.loaded else work.load_seconds_of(job.model_id)


def _whole(quick: float, slow: float) -> tuple[int, int]:
    lower = max(1, int(quick))
    return lower, max(lower, round(slow + 0.5))


def _remember(waiting: list[Job], told: dict[UUID, Told]) -> None:
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


@lru_cache(maxsize=1)
def _missed(tick: int) -> tuple[float, float]:
    """By how much the margins are wider, as the latest misses teach: before and after."""
    drawn = Image.objects.filter(is_brought=False)
    latest = drawn.order_by("-id").values("job_id")[: 5 * LATEST]
    rows = Job.objects.filter(pk__in=latest, told_from__isnull=False).order_by("-finished")
    told = rows.values_list("told_from", "told_until", "finished")[:LATEST]
    ends = [(end < begin, end > until) for begin, until, end in told if end and begin and until]
    if len(ends) < FEWEST_TOLD:
        return 1.0, 1.0
    early, late = (sum(side) / len(ends) for side in zip(*ends, strict=True))
    return _wider(early), _wider(late)


def _wider(share: float) -> float:
    return min(WIDEST, 1 + WIDEN * max(0.0, share - MISSES))


@lru_cache(maxsize=1)
def _accuracy(tick: int) -> Accuracy | None:
    drawn = Image.objects.filter(is_brought=False)
    latest = drawn.order_by("-id").values("job_id")[:LOOKED_AT]
    since = moment(seconds=-DAYS * 24 * 3600)
    jobs = Job.objects.filter(pk__in=latest, told_from__isnull=False, finished__gt=since)
    ids = jobs.order_by("-finished").values("pk")[:COUNTED]
    held = Q(finished__gte=F("told_from"), finished__lte=F("told_until"))
    rows = Job.objects.filter(pk__in=ids).order_by()
    counts = rows.aggregate(told=Count("pk"), held=Count("pk", filter=held))
    told, held_count = counts["told"], counts["held"]
    return Accuracy(held_count / told, told) if told >= FEWEST_TOLD else None
