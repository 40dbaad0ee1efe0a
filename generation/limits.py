"""How long a drawing may take before it is given up: measured by what such drawings took (F8)."""

import time
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from generation.models import Job

SAMPLES = 100
FEWEST = 20  # below, nothing is known about the slowest
ALLOWANCE = 30.0  # seconds on top, for decoding and for a machine that is busy elsewhere
TIMES = 3.0  # as slow as the slowest in a hundred
KEEP_SECONDS = 60


def limit_for(jobs: Sequence[Job], device: str) -> float | None:
    """Seconds for one call that makes these jobs' pictures on that device, from the model's being
    loaded on. None where too little was measured."""
    first = jobs[0]
    slowest = _slowest(first.model_id, device, int(time.monotonic() / KEEP_SECONDS))
    if slowest is None:
        return None
    batch = first.batch
    return ALLOWANCE + TIMES * slowest * len(jobs) * first.steps * batch.width * batch.height


@lru_cache(maxsize=256)
def _slowest(model_id: UUID, device: str, tick: int) -> float | None:
    """Seconds per picture, step and pixel, which 99 of 100 calls kept within."""
    rows = (
        # What came in an archive was not drawn here, and says of itself what it likes.
        Job.objects.filter(model_id=model_id, state=Job.State.SUCCEEDED, image__is_brought=False)
        .order_by("-finished")
        .values_list(
            "image__device",
            "image__draw_seconds",
            "image__company",
            "steps",
            "batch__width",
            "batch__height",
        )[:SAMPLES]
    )
    paces = sorted(
        seconds / (company * max(1, steps) * width * height)
        for used, seconds, company, steps, width, height in rows
        if used == device
    )
    return paces[round((len(paces) - 1) * 0.99)] if len(paces) >= FEWEST else None
