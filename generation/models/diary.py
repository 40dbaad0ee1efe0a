"""A line for each step of a job, from the moment it is accepted to its end (invariant 10)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import now

from pixazo.logs.context import hiding, saying

if TYPE_CHECKING:
    from generation.models.batch import Batch
    from generation.models.job import Job
    from generation.models.job_state import JobState

log = logging.getLogger("generation.jobs")


def accepted(batches: Sequence["Batch"]) -> None:
    for batch in batches:
        told = _of(batch) | {"model": batch.model.slug, "door": batch.door}
        for job in batch.new_jobs or ():
            extra = {"event": "job.accepted", "job": str(job.pk), **told}
            log.info("Job %s was accepted.", job.pk, extra=extra)


def moved(job: "JobState", state: str, attempt: int, worker: str, note: str) -> None:
    told: dict[str, Any] = {
        "event": f"job.{state}",
        "job": str(job.pk),
        "attempt": attempt,
        "worker": worker,
        # Not by the job's author alone: a retry may be another person's.
        **_of(job.__dict__["_state"].fields_cache.get("batch")),
        "user": str(job.author_id),
    }
    if note:
        told["reason"] = note
    if (started := job.__dict__.get("started")) and state not in ("queued", "preparing"):
        told["duration"] = max(0.0, round((now() - started).total_seconds(), 3))
    if state not in ("queued", "preparing", "running", "saving"):
        told["outcome"] = state
    log.info("Job %s, attempt %s: %s.", job.pk, attempt, state, extra=told)


@contextmanager
def working_on(jobs: Sequence["Job"]) -> Iterator[None]:
    """What is written within is about these, and repeats nothing that was asked to be drawn."""
    batches = {job.batch_id: job.batch for job in jobs}.values()
    told = {
        "job": " ".join(str(job.pk) for job in jobs),
        "attempt": max((job.attempt for job in jobs), default=0),
        "worker": jobs[0].worker if jobs else "",
        "request": " ".join(sorted({batch.request_id for batch in batches} - {""})),
    }
    texts = [text for batch in batches for text in (batch.prompt, batch.negative_prompt)]
    with saying(**told), hiding(() if settings.LOG_PROMPTS else texts):
        yield


def _of(batch: "Batch | None") -> dict[str, Any]:
    """Without a question to the database: what isn't loaded is left out."""
    if batch is None:
        return {}
    told = {"batch": str(batch.pk), "user": str(batch.author_id)}
    if number := batch.__dict__.get("request_id"):
        told["request"] = number
    if settings.LOG_PROMPTS and (prompt := batch.__dict__.get("prompt")):
        told["prompt"] = prompt
    return told
