"""What a picture takes, in seconds, from what the model's latest ones took.

The queue charges turns by it, estimates are made from it. A process looks once in KEEP_SECONDS:
counting anew for every claim and every tile of every open page would cost more than it tells.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from generation.models import Image, Job

SAMPLES = 100
LATEST = 1000  # pictures of the whole site
FEWEST = 3  # below, too little is known
KEEP_SECONDS = 20
UNKNOWN = 1.0  # what is counted for a picture of which nothing is known


@dataclass(frozen=True)
class Sample:
    mode: str
    size: tuple[int, int]
    device: str
    seconds: float  # of one picture
    pace: float  # of one step and pixel
    load_seconds: float


@dataclass(frozen=True)
class Pace:
    """Seconds of one picture: what one in ten was quicker than, the middle, the slow end."""

    quick: float
    usual: float
    slow: float


def work_of(job: Job) -> float:
    """Seconds of a worker that this picture will take; 1 where nothing is known of its model."""
    pace = pace_of(job)
    return pace.usual if pace else UNKNOWN


def pace_of(job: Job) -> Pace | None:
    """What such a picture takes: of the same mode and size where enough were made, else as all
    of the model's by its steps and pixels. None while too little is known."""
    batch = job.batch
    size = batch.width, batch.height
    samples = samples_of(job.model_id)
    same_mode = [sample for sample in samples if sample.mode == batch.mode]
    same_size = [sample for sample in same_mode if sample.size == size]
    for kind in (same_size, same_mode, samples):
        if len(kind) >= FEWEST:
            return _pace(kind, max(1, job.steps) * size[0] * size[1])
    return None


def usual_seconds_of(model_id: UUID) -> float:
    """What a picture of this model usually takes, whatever its size."""
    seconds = sorted(sample.seconds for sample in samples_of(model_id))
    return seconds[len(seconds) // 2] if len(seconds) >= FEWEST else UNKNOWN


def usual_of_all() -> dict[UUID, float]:
    """The same of every model that made some of the site's latest pictures: one query."""
    return _usual_of_all(int(time.monotonic() / KEEP_SECONDS))


@lru_cache(maxsize=1)
def _usual_of_all(tick: int) -> dict[UUID, float]:
    latest = Image.objects.order_by("-id").filter(is_brought=False)[:LATEST]
    seconds: dict[UUID, list[float]] = {}
    for model_id, drawing, company in latest.values_list(
        "job__model_id", "draw_seconds", "company"
    ):
        seconds.setdefault(model_id, []).append(drawing / max(1, company))
    return {
        model_id: sorted(each)[len(each) // 2]
        for model_id, each in seconds.items()
        if len(each) >= FEWEST
    }


def load_seconds_of(model_id: UUID) -> float:
    """What loading the model takes where it was not in memory."""
    loads = sorted(each.load_seconds for each in samples_of(model_id) if each.load_seconds > 0.5)
    return loads[len(loads) // 2] if loads else 0.0


def samples_of(model_id: UUID) -> tuple[Sample, ...]:
    """Of the latest pictures, those that the same device made as the very latest: a new card
    makes the old one's times worthless."""
    return _samples(model_id, int(time.monotonic() / KEEP_SECONDS))


def forget() -> None:
    """Look again at once."""
    _samples.cache_clear()
    _usual_of_all.cache_clear()


@lru_cache(maxsize=256)
def _samples(model_id: UUID, tick: int) -> tuple[Sample, ...]:
    rows = (
        # What came in an archive was not drawn here, and says of itself what it likes.
        Job.objects.filter(model_id=model_id, state=Job.State.SUCCEEDED, image__is_brought=False)
        .order_by("-finished")
        .values_list(
            "batch__mode",
            "batch__width",
            "batch__height",
            "steps",
            "image__device",
            "image__draw_seconds",
            "image__load_seconds",
            "image__company",
        )[:SAMPLES]
    )
    samples = []
    for mode, width, height, steps, device, drawing, loading, company in rows:
        seconds = drawing / max(1, company)
        pace = seconds / (max(1, steps) * width * height)
        samples.append(Sample(mode, (width, height), device, seconds, pace, loading))
    return tuple(_of_the_latest_device(samples))


def _of_the_latest_device(samples: list[Sample]) -> Iterable[Sample]:
    same = [sample for sample in samples if sample.device == samples[0].device]
    return same if len(same) >= FEWEST else samples


def _pace(samples: Iterable[Sample], work: int) -> Pace:
    paces = sorted(sample.pace for sample in samples)
    last = len(paces) - 1
    quick, usual, slow = (paces[round(last * share)] * work for share in (0.1, 0.5, 0.9))
    return Pace(quick, usual, slow)
