"""What CyberImage's clients read."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import ngettext

from generation.models import Batch, Image, ImageModel, Job
from generation.models.states import JOB_WORDS
from pixazo.texts.kept import shown

PARTS = {
    Job.State.PREPARING: "loading_model",
    Job.State.RUNNING: "generating",
    Job.State.SAVING: "saving",
}


def models(rows: Sequence[ImageModel]) -> dict[str, Any]:
    known = {
        row.slug: {
            "id": row.slug,
            "description": row.description or row.name,
            "type": "image",
            "step_config": _steps(row),
        }
        for row in rows
    }
    return {"models": known, "default": rows[0].slug if rows else None}


def accepted(count: int) -> str:
    return ngettext(
        "Image generation job submitted successfully for %(count)s image.",
        "Image generation job submitted successfully for %(count)s images.",
        count,
    ) % {"count": count}


def status(batch: Batch, jobs: Sequence[Job]) -> dict[str, Any]:
    word = _word(jobs)
    failed = next((job for job in jobs if JOB_WORDS[job.state] == "FAILED"), None)
    shown_jobs = [(job, image) for job in jobs if (image := _image(job)) is not None]
    ended = [job.finished for job in jobs if job.finished]
    begun = [job.started for job in jobs if job.started]
    return {
        "id": str(batch.pk),
        "status": word,
        "model_id": batch.model.slug,
        "prompt": batch.prompt,
        "negative_prompt": batch.negative_prompt or None,
        "settings": settings(batch),
        "created_at": batch.created,
        "started_at": min(begun) if begun else None,
        "completed_at": max(ended) if ended and word in ("completed", "failed") else None,
        "message": _message(word, jobs, len(shown_jobs)),
        "error_message": _why(failed) if failed and word == "failed" else None,
        "progress": _progress(word, jobs),
        "images": [
            {
                "id": str(image.pk),
                "file_path": image.original,
                "created_at": image.created,
                "metadata": _metadata(batch, job),
            }
            for job, image in shown_jobs
        ],
    }


def metadata(image: Image) -> dict[str, Any]:
    known = _metadata(image.job.batch, image.job)
    return known | {"generation_time": round(image.draw_seconds, 3)}


def listed(image: Image) -> dict[str, Any]:
    batch = image.job.batch
    return {
        "id": str(image.pk),
        "model_id": batch.model.slug,
        "prompt": batch.prompt,
        "created_at": image.created,
        "settings": settings(batch),
    }


def settings(batch: Batch) -> dict[str, Any]:
    return {
        "num_images": batch.count,
        "num_inference_steps": batch.num_inference_steps,
        "guidance_scale": batch.guidance_scale,
        "height": batch.height,
        "width": batch.width,
    }


def _metadata(batch: Batch, job: Job) -> dict[str, Any]:
    return {
        "model_id": batch.model.slug,
        "prompt": batch.prompt,
        "negative_prompt": batch.negative_prompt or None,
        "settings": settings(batch) | {"seed": job.seed},
        "image_number": job.index + 1,
        "total_images": batch.count,
    }


def _word(jobs: Sequence[Job]) -> str:
    """Of all its pictures together; what one of them came to is enough for `completed`."""
    said = {JOB_WORDS[job.state] for job in jobs}
    if said == {"PENDING"}:
        return "pending"
    if said & {"PENDING", "PROCESSING"}:
        return "processing"
    return "completed" if "COMPLETED" in said else "failed"


def _progress(word: str, jobs: Sequence[Job]) -> dict[str, Any]:
    now = {PARTS[state] for job in jobs if (state := Job.State(job.state)) in PARTS}
    return {
        "preparing": word == "pending",
        **{part: part in now for part in PARTS.values()},
        "completed": word == "completed",
        "failed": word == "failed",
        "step": sum(job.steps if _image(job) else job.step for job in jobs),
        "total_steps": sum(job.steps for job in jobs),
    }


def _message(word: str, jobs: Sequence[Job], done: int) -> str:
    if word == "completed":
        return ngettext("Generated %(count)s image.", "Generated %(count)s images.", done) % {
            "count": done
        }
    return f"{jobs[0].get_state_display()}." if jobs else ""


def _why(job: Job) -> str:
    return shown(job.error) or f"{job.get_state_display()}."


def _image(job: Job) -> Image | None:
    image: Image | None = getattr(job, "image", None)
    return image if image is not None and not image.deleted else None


def _steps(row: ImageModel) -> dict[str, Any]:
    steps = row.contract["num_inference_steps"]
    if steps.fixed:
        return {"fixed_steps": int(steps.default)}
    limits = {"min": steps.min, "max": steps.max, "default": steps.default}
    return {"steps": {name: int(number) for name, number in limits.items()}}
