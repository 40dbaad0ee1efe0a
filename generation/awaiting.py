"""Waits for the pictures of a request, for doors whose clients know no second call.

Bounded twice: nobody waits longer than they are told, and so many wait at once in a process: each
keeps one of the server's threads. Whoever finds no place is answered at once, with what there is.
"""

from threading import BoundedSemaphore
from time import monotonic, sleep
from uuid import UUID

from django.conf import settings

from generation.models import Job
from pixazo import at_once

PAUSE = 0.25  # seconds between two looks

_places: BoundedSemaphore | None = None


def await_jobs(batch: UUID, seconds: float) -> list[Job]:
    """The jobs in their order, each with its picture if it has one: when all have ended, or the
    time is over."""
    until = monotonic() + seconds
    places = _of_this_process()
    has_place = seconds > 0 and places.acquire(blocking=False)
    try:
        while has_place and _unfinished(batch) and monotonic() < until:
            with at_once.places().given_back():  # another thread may go on
                sleep(min(PAUSE, max(until - monotonic(), 0)))
    finally:
        if has_place:
            places.release()
    rows = Job.objects.filter(batch=batch).select_related("batch__workspace", "model", "image")
    return list(rows.order_by("index"))


def _unfinished(batch: UUID) -> bool:
    return Job.objects.unfinished().filter(batch=batch).exists()


def _of_this_process() -> BoundedSemaphore:
    global _places
    if _places is None:
        _places = BoundedSemaphore(settings.WAITING_MOST)
    return _places
