"""Everything needed to make a picture again: canonical JSON, its hash, other tools' form of it."""

import hashlib
import json
from pathlib import PurePath
from typing import Any

from generation.models import Job
from generation.providers.base import Picture

VERSION = 1


def recipe_of(job: Job, picture: Picture) -> dict[str, Any]:
    batch, model = job.batch, job.model
    return {
        "version": VERSION,
        "model": {
            "slug": model.slug,
            "name": model.name,
            "provider": model.provider,
            "address": _public(model.address),
        },
        "prompt": batch.prompt,
        "negative_prompt": batch.negative_prompt,
        "width": batch.width,
        "height": batch.height,
        "num_inference_steps": batch.num_inference_steps,
        "guidance_scale": batch.guidance_scale,
        "seed": job.seed,
        "made_by": dict(picture.made_by),
    }


def canonical(recipe: dict[str, Any]) -> str:
    """The one text of a recipe: equal recipes have equal texts."""
    return json.dumps(recipe, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(recipe: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(recipe).encode()).hexdigest()


def parameters_text(recipe: dict[str, Any]) -> str:
    """The text under `parameters` that AUTOMATIC1111's web UI introduced and many tools read."""
    lines = [recipe["prompt"]]
    if recipe["negative_prompt"]:
        lines.append(f"Negative prompt: {recipe['negative_prompt']}")
    settings = {
        "Steps": recipe["num_inference_steps"],
        "Sampler": recipe["made_by"].get("scheduler", ""),
        "CFG scale": f"{recipe['guidance_scale']:g}",
        "Seed": recipe["seed"],
        "Size": f"{recipe['width']}x{recipe['height']}",
        "Model": recipe["model"]["name"],
        "Version": "Pixazo",
    }
    # The format knows no better: a comma or colon in a value is put in quotes.
    lines.append(
        ", ".join(
            f"{name}: {_quoted(str(value))}" for name, value in settings.items() if value != ""
        )
    )
    return "\n".join(lines)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if any(c in value for c in ",:\n") else value


def _public(address: str) -> str:
    """A downloaded picture must not tell where this server keeps its folders."""
    return PurePath(address).name if PurePath(address).is_absolute() else address
