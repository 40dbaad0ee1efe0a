"""What Dragon Wings' clients read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from generation.api.aliases.addresses import image_url
from generation.models import Image, ImageModel, Job, Lora
from generation.models.states import JOB_WORDS
from pixazo import __version__
from pixazo.api import DoorRequest
from pixazo.texts.kept import shown

WELL = {"ok": "healthy", "degraded": "degraded", "down": "unhealthy"}
# By other names elsewhere than in our catalogue.
NAMES = {"sd-v1-5": "sd15"}


def known(key: str) -> str:
    return NAMES.get(key, key)


def status(request: DoorRequest, job: Job) -> dict[str, Any]:
    """Its words small, as they wrote them; the table is that of all doors (C03)."""
    image: Image | None = getattr(job, "image", None)
    is_there = image is not None and not image.deleted
    return {
        "job_id": str(job.pk),
        "status": JOB_WORDS[job.state].lower(),
        "image_url": image_url(request, image) if image and is_there else None,
        "message": _message(job),
        "generation_time": round(image.draw_seconds, 2) if image and is_there else None,
        "progress_percent": _percent(job),
        "seed": job.seed,
    }


def health(said: Mapping[str, Any]) -> dict[str, Any]:
    workers = said.get("workers") or {}
    machines = workers.get("list") or [{}]
    return {
        "status": WELL[said["status"]],
        "model_loaded": workers.get("unserved") == [],
        "model_id": machines[0].get("model") or "",
        "device": machines[0].get("device") or "unknown",
        "version": __version__,
    }


def models(rows: Sequence[ImageModel]) -> dict[str, Any]:
    first = rows[0].slug if rows else None
    return {
        "current_model_id": first,
        "default_model_key": first,
        "device": "unknown",
        "has_gpu": any(row.lane == ImageModel.Lane.GPU for row in rows),
        "models": {row.slug: _model(row) for row in rows},
    }


def lora(row: Lora) -> dict[str, Any]:
    return {
        "key": row.slug,
        "name": row.name,
        "description": row.description,
        "default_weight": row.weight,
        "trigger_words": row.trigger_words,
        "family": row.family,
    }


def _model(row: ImageModel) -> dict[str, Any]:
    contract = row.contract
    return {
        "key": row.slug,
        "model_id": row.slug,
        "name": row.name,
        "description": row.description,
        "native_resolution": int(contract["width"].default),
        "ram_required_gb": row.memory_gb,
        "txt2img": "text" in contract.modes,
        "img2img": "image" in contract.modes,
        "inpaint": "inpaint" in contract.modes,
    }


def _percent(job: Job) -> float:
    if job.state == Job.State.SUCCEEDED:
        return 100
    return min(round(100 * job.step / job.steps, 1), 99) if job.steps else 0


def _message(job: Job) -> str:
    if job.state == Job.State.SUCCEEDED:
        return _("The picture is there.")
    return shown(job.error) or f"{job.get_state_display()}."
