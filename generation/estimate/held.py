"""How the first ranges held, which is published, and what the next ones learn from it."""

import time
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, F, Q

from generation.clock import moment
from generation.models import Image, Job
from generation.queue import work

# Where more than this share of the latest ranges ended too early, or too late, that side gets wider
# by so many times the excess, to at most so many times.
MISSES, WIDEN, WIDEST = 0.03, 30.0, 4.0
LATEST = 100

# `accuracy` looks among so many of the latest pictures, counts so many that were told about, within
# so many days, once a minute.
LOOKED_AT, COUNTED, DAYS, FEWEST_TOLD, KEEP_SECONDS = 5000, 1000, 30, 20, 60


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


def margins() -> tuple[float, float]:
    """How many times as wide a range is made, as the latest misses teach: before and after."""
    return _margins(int(time.monotonic() / work.KEEP_SECONDS))


def forget() -> None:
    """Measure again at once."""
    work.forget()
    _margins.cache_clear()
    _accuracy.cache_clear()


@lru_cache(maxsize=1)
def _margins(tick: int) -> tuple[float, float]:
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
