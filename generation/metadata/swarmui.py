"""Files of SwarmUI: `parameters` as JSON with `sui_image_params`.

https://github.com/mcmonkeyprojects/SwarmUI/blob/master/docs/Image%20Metadata%20Format.md
"""

from collections.abc import Mapping
from typing import Any

from generation import schedulers
from generation.metadata.bounded import json_object
from generation.metadata.found import NO_SOURCE, Found, Named, found, number, stem, text

OUR_NAMES = {
    "prompt": "prompt",
    "negativeprompt": "negative_prompt",
    "width": "width",
    "height": "height",
    "steps": "num_inference_steps",
    "seed": "seed",
}
# What is said elsewhere in the answer, or says nothing of the picture.
TOLD = {*OUR_NAMES, "cfgscale", "fluxguidancescale", "model", "sampler", "comfyuisampler"}
TOLD |= {"scheduler", "comfyuischeduler", "loras", "loraweights", "initimagecreativity"}
TOLD |= {"swarm_version", "images", "aspectratio", "initimage", "sidelength"}


def read(texts: Mapping[str, str]) -> Found | None:
    said = json_object(texts.get("parameters", ""))
    params = said.get("sui_image_params") if said else None
    if said is None or not isinstance(params, dict):
        return None
    unknown = {name: value for name, value in params.items() if name not in TOLD}
    settings = {ours: params.get(theirs) for theirs, ours in OUR_NAMES.items()}
    settings["guidance_scale"] = params.get("fluxguidancescale", params.get("cfgscale"))
    sampler = text(params.get("sampler")) or text(params.get("comfyuisampler"))
    schedule = text(params.get("scheduler")) or text(params.get("comfyuischeduler")) or "normal"
    if scheduler := schedulers.COMFYUI.get((sampler, schedule)):
        settings["scheduler"] = scheduler
    elif sampler:
        unknown["sampler"] = f"{sampler} {schedule}"
    if "initimage" in params or "initimagecreativity" in params:
        settings |= {"mode": "image", "strength": params.get("initimagecreativity")}
        unknown["Source"] = NO_SOURCE
    hashes = _hashes(said.get("sui_models"))
    name = text(params.get("model"))
    model = Named(stem(name), hashes.get(stem(name), "")) if name else None
    return found("swarmui", settings, model, _loras(params, hashes), unknown)


def _hashes(models: Any) -> dict[str, str]:
    """By name. SwarmUI's hashes leave out the file's header: no SHA-256 of ours equals them, so
    only those without its mark `0x` are kept."""
    rows = [each for each in models if isinstance(each, dict)] if isinstance(models, list) else []
    return {
        stem(each.get("name", "")): text(each.get("hash"))
        for each in rows
        if not text(each.get("hash")).startswith("0x")
    }


def _loras(params: Mapping[str, Any], hashes: Mapping[str, str]) -> list[Named]:
    """Two lists of one length; older files: two texts with commas."""
    names, weights = _listed(params.get("loras")), _listed(params.get("loraweights"))
    loras = []
    for place, name in enumerate(names):
        weight = number(weights[place]) if place < len(weights) else None
        label = stem(name)
        loras.append(Named(label, hashes.get(label, ""), 1.0 if weight is None else weight))
    return loras


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [each.strip() for each in value.split(",") if each.strip()]
    return value if isinstance(value, list) else []
