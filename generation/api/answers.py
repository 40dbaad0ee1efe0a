"""How the API says what a job is, in the words of the sources (S408, S412, S413)."""

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import get_script_prefix
from rest_framework.request import Request

from generation.estimate import Told
from generation.models import Batch, Image, Job
from generation.models.new_job import NewJob
from generation.models.reason import cleaned
from generation.models.states import JOB_WORDS
from pixazo.api import path_of
from pixazo.problems import is_v1
from pixazo.texts.kept import shown

SETTINGS = ("negative_prompt", "width", "height", "num_inference_steps", "guidance_scale")
# Said where the mode or the person uses them.
SOMETIMES = ("strength", "scale", "scheduler", "loras", "time_class")

NOTHING = str(UUID(int=0))


def job_answer(request: Request, job: Job, told: Told | None) -> dict[str, Any]:
    """Everything about one job. Its batch, model and image are read: fetch them with it."""
    batch = job.batch
    return {
        "job_id": str(job.pk),
        "batch_id": str(batch.pk),
        "status": JOB_WORDS[job.state],
        "state": job.state,
        "progress": _progress(job),
        **_waiting(told or Told()),
        **_picture(request, job),
        "error": _error(job),
        "model": job.model.slug,
        "prompt": batch.prompt,
        "mode": batch.mode,
        "door": batch.door or None,
        "reason": cleaned(batch.reason),
        "settings": settings_answer(batch, job.seed),
        "corrections": [shown(sentence) for sentence in batch.corrections],
        "units": job.units,
        "created_at": job.created,
        "started_at": job.started,
        "completed_at": job.finished,
        "status_url": status_url(request, job),
        "page_url": request.build_absolute_uri(batch.get_absolute_url()),
    }


def settings_answer(batch: Batch, seed: int | None) -> dict[str, Any]:
    """What a picture is made with, under the names that `/api/generate` takes."""
    settings: dict[str, Any] = {name: getattr(batch, name) for name in SETTINGS}
    settings |= {name: getattr(batch, name) for name in SOMETIMES if getattr(batch, name)}
    return settings | (batch.margins or {}) | {"seed": seed}


def status_url(request: Request, job: Job | NewJob) -> str:
    return status_urls(request)(job.pk)


def status_urls(request: Any) -> Callable[[UUID], str]:
    """Of each job by its id."""
    return _addresses(request, "api_job" if is_v1(request) else "api_status")


def file_urls(request: Any) -> Callable[[UUID], str]:
    """Of each picture by its id."""
    return _addresses(request, "api_image_file" if is_v1(request) else "api_image")


def _addresses(request: Any, name: str) -> Callable[[UUID], str]:
    """Of the things at one door. Put together once: an answer may name a thousand."""
    whole: str = request.build_absolute_uri(_path(get_script_prefix(), name, is_v1(request)))
    return lambda pk: whole.replace(NOTHING, str(pk))


@cache
def _path(prefix: str, name: str, v1: bool) -> str:
    return path_of(name, UUID(int=0), v1=v1)


def _progress(job: Job) -> dict[str, int]:
    if job.state == Job.State.SUCCEEDED:
        return {"step": job.steps, "steps": job.steps, "percent": 100}
    percent = 100 * job.step // job.steps if job.steps else 0
    return {"step": job.step, "steps": job.steps, "percent": min(percent, 99)}


def _waiting(told: Told) -> dict[str, Any]:
    """Where it stands in the queue (1 is next), and between how many seconds it may take."""
    return {
        "position": told.place,
        "position_reason": told.reason or None,
        "expected_seconds": list(told.wait) if told.wait else None,
        "paused": told.is_paused,
    }


def _picture(request: Request, job: Job) -> dict[str, Any]:
    image: Image | None = getattr(job, "image", None)
    if image is None or image.deleted:
        return {"image_id": None, "image_url": None, "recipe_hash": None, "verdict": None}
    return {
        "image_id": str(image.pk),
        "image_url": file_url(request, image),
        "recipe_hash": image.recipe_hash,
        "verdict": image.verdict,
    }


def file_url(request: Request, image: Image) -> str:
    return file_urls(request)(image.pk)


def _error(job: Job) -> dict[str, str] | None:
    if JOB_WORDS[job.state] != "FAILED":
        return None
    return {
        "code": job.error_code or job.state,
        "message": shown(job.error) or f"{job.get_state_display()}.",
    }
