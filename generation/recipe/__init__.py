"""Everything needed to make a picture again, as one JSON object; its parts are in this package.

Not in it: where this server keeps anything, keys, who asked, when, and for what workspace. Nor how
many pictures the call made together (`Image.company` says that): who else waited at that moment is
no property of the request, and equal requests shall have equal hashes.
"""

from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from generation.models import Batch, ImageModel, Job, Lora
from generation.providers.base import ImageRequest, LoraUse, Picture
from generation.recipe.canonical import canonical, hash_of, plain
from generation.recipe.differences import changed
from generation.recipe.parameters import parameters_text

__all__ = ["VERSION", "canonical", "changed", "hash_of", "parameters_text", "recipe_of"]

VERSION = 2


def recipe_of(job: Job, request: ImageRequest, picture: Picture) -> dict[str, Any]:
    """`request` is what the provider was asked: prompt with trigger words, hashes of LoRAs."""
    batch = job.batch
    recipe = {
        "version": VERSION,
        "model": _model(job.model),
        "mode": batch.mode,
        "prompt": batch.prompt,
        "prompt_sent": request.prompt,
        "template": _template(batch),
        "negative_prompt": request.negative_prompt,
        "width": batch.width,
        "height": batch.height,
        "num_inference_steps": batch.num_inference_steps,
        "guidance_scale": batch.guidance_scale,
        "seed": request.seed,
        "scheduler": batch.scheduler,
        "strength": batch.strength,
        "scale": batch.scale,
        "margins": batch.margins,
        "loras": [_lora(use, picture) for use in request.loras],
        "sources": _sources(batch),
        "made_by": _without_paths(picture.made_by),
    }
    optional = ("template", "scheduler", "strength", "scale", "margins", "loras", "sources")
    return plain({name: each for name, each in recipe.items() if each or name not in optional})


def _template(batch: Batch) -> dict[str, Any]:
    """What was written before theme, style, choices and lists; their names, not their rows."""
    known = dict(batch.template or {})
    for name in ("theme", "style"):
        if name in known:
            known[name] = known[name]["name"]
    return known


def _model(model: ImageModel) -> dict[str, Any]:
    address, _, revision = model.address.partition("@")
    service = model.service.slug if model.service else ""
    said = {
        "slug": model.slug,
        "name": model.name,
        "provider": model.provider,
        "service": service,
        "address": _without_paths(address),
        "family": model.family,
        "revision": revision,
        "weights_sha256": model.weights_sha256,
    }
    return {name: value for name, value in said.items() if value}


def _lora(use: LoraUse, picture: Picture) -> dict[str, Any]:
    lora = Lora.objects.filter(slug=use.slug).first()
    # Where staff gave no hash, whoever read the file says it.
    read = {each["slug"]: each["sha256"] for each in picture.made_by.get("loras", ())}
    said = {
        "lora": use.slug,
        "name": lora.name if lora else use.slug,
        "weight": use.weight,
        "sha256": use.sha256 or read.get(use.slug, ""),
    }
    return {name: value for name, value in said.items() if value != ""}


def _sources(batch: Batch) -> list[dict[str, Any]]:
    """The pictures it worked from, by the hash of their files: where they lie is nobody's."""
    inputs = batch.inputs.select_related("image", "upload").order_by("role", "position")
    return [{"role": each.role, "sha256": each.picture.sha256} for each in inputs if each.picture]


def _without_paths(value: Any) -> Any:
    """A downloaded picture must not tell where this server keeps its folders: names only."""
    if isinstance(value, str):
        if PurePosixPath(value).is_absolute() or value.startswith("~"):
            return PurePosixPath(value).name
        return PureWindowsPath(value).name if PureWindowsPath(value).is_absolute() else value
    if isinstance(value, list | tuple):
        return [_without_paths(each) for each in value]
    if hasattr(value, "items"):
        return {_without_paths(name): _without_paths(each) for name, each in value.items()}
    return value
