"""Puts a range together: from what such pictures took, what is before them in the fair order, how
many workers there are and whether the model is loaded."""

from collections.abc import Iterable, Sequence
from math import sqrt
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from generation import queue
from generation.estimate import held
from generation.estimate.first_told import remember
from generation.estimate.site import Site
from generation.estimate.told import LARGER_SHARE, NEWCOMER, NOBODY, TRIED, Told
from generation.models import Batch, Job, Pause, Turn
from generation.queue import Place, work

# What a stretch of queue may deviate by, on top of the pictures' own spread: people cancel, others
# come and take turns, models are loaded.
QUICKER, SLOWER = 0.2, 0.6
# Where several models are wanted, what a picture may gain by the window for loaded ones, of it.
LOADED_FIRST = 0.2
# Of what is being drawn, at the least so much is left on average.
NEARLY_DONE = 0.4
SAVING = 1.0  # seconds, for what comes after the last step


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
    remember([job for job in unfinished if job.pk in places], told)
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
        load = sum(site.load_seconds(job) for job in {job.model_id: job for job in mine}.values())
        turns = 1 + others.values("author_id").distinct().count()
        quick = max(quick, sum(pace.quick for pace in paces) / side)
        slow = max(slow, sum(pace.slow for pace in paces) * turns / side * (1 + SLOWER) + load)
    return _whole(quick, slow + SAVING)


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
    load = site.load_seconds(job) if job.state == Job.State.PREPARING else 0.0
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
    load = site.load_seconds(job)
    early, late = held.margins()
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


def _whole(quick: float, slow: float) -> tuple[int, int]:
    lower = max(1, int(quick))
    return lower, max(lower, round(slow + 0.5))
