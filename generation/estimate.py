"""How long a picture will take, as a range, from what the model's latest ones took."""

import time
from functools import lru_cache
from uuid import UUID

from generation.models import Job, Worker

SAMPLES = 50
FEWEST = 3
# Counting anew for every tile of every open page would cost more than it tells.
KEEP_SECONDS = 10


def range_for(job: Job, place: int) -> tuple[int, int] | None:
    """Seconds until an unfinished job's picture is there, probably from and to.

    `place` is its turn in the queue (`queue.places`); 0 for one that is being drawn. None while
    too little is known about the model.
    """
    now = int(time.monotonic() / KEEP_SECONDS)
    pace = _pace(job.model_id, now)
    if pace is None:
        return None
    work = _work(job.steps, job.batch.width, job.batch.height)
    quick, slow = (seconds * work for seconds in pace)
    if job.is_active:
        left = 1 - job.step / job.steps if job.steps else 1.0
        return _whole(quick * left, slow * left)
    turns = max(1, place) / max(1, _workers(job.lane, now))
    return _whole(quick * turns, slow * turns)


@lru_cache(maxsize=256)
def _pace(model_id: UUID, tick: int) -> tuple[float, float] | None:
    """Seconds per pixel and step: what one in ten pictures was quicker than, and slower than."""
    rows = (
        Job.objects.filter(model_id=model_id, state=Job.State.SUCCEEDED, image__isnull=False)
        .order_by("-finished")
        .values_list("image__draw_seconds", "steps", "batch__width", "batch__height")[:SAMPLES]
    )
    paces = sorted(seconds / _work(steps, *size) for seconds, steps, *size in rows)
    if len(paces) < FEWEST:
        return None
    last = len(paces) - 1
    return paces[round(last * 0.1)], paces[round(last * 0.9)]


@lru_cache(maxsize=8)
def _workers(lane: str, tick: int) -> int:
    return Worker.objects.alive().filter(lanes=lane).count()


def _work(steps: int, width: int, height: int) -> float:
    return max(1, steps) * width * height


def _whole(quick: float, slow: float) -> tuple[int, int]:
    lower = max(1, round(quick))
    return lower, max(lower, round(slow + 0.5))
