"""Files of InvokeAI: `invokeai_metadata` since version 3, before that `sd-metadata` and `Dream`.

https://github.com/invoke-ai/InvokeAI/blob/main/invokeai/app/invocations/metadata.py
"""

import re
import shlex
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from generation import schedulers
from generation.metadata.bounded import json_object
from generation.metadata.found import NO_SOURCE, Found, Named, found, number, stem, text

OUR_NAMES = {
    "positive_prompt": "prompt",
    "negative_prompt": "negative_prompt",
    "width": "width",
    "height": "height",
    "seed": "seed",
    "steps": "num_inference_steps",
    "cfg_scale": "guidance_scale",
}
TOLD = {*OUR_NAMES, "scheduler", "model", "loras", "strength", "guidance", "generation_mode"}
TOLD |= {"app_version", "init_image", "rand_device"}
# What version 2 wrote between square brackets was to be left out.
LEFT_OUT = re.compile(r"\[([^\[\]]{0,4000})\]")
DREAM = {"-s": "num_inference_steps", "-S": "seed", "-W": "width", "-H": "height"}
DREAM |= {"-C": "guidance_scale"}
LONGEST_DREAM = 20_000


def read(texts: Mapping[str, str]) -> Found | None:
    if said := json_object(texts.get("invokeai_metadata", "")):
        return _of_metadata(said)
    said = json_object(texts.get("sd-metadata", ""))
    if said and isinstance(said.get("image"), dict):
        return _of_version_2(said, said["image"])
    return _of_dream(texts.get("Dream", "")[:LONGEST_DREAM])


def _of_metadata(said: Mapping[str, Any]) -> Found:
    unknown = {name: value for name, value in said.items() if name not in TOLD}
    settings = {ours: said.get(theirs) for theirs, ours in OUR_NAMES.items()}
    if said.get("guidance") is not None:  # Flux
        settings["guidance_scale"] = said["guidance"]
    _note_scheduler(text(said.get("scheduler")), settings, unknown)
    if said.get("init_image") or "img2img" in text(said.get("generation_mode")):
        settings |= {"mode": "image", "strength": said.get("strength")}
        unknown["Source"] = NO_SOURCE
    return found("invokeai", settings, _named(said.get("model")), _loras(said), unknown)


def _named(model: Any, weight: float = 1.0) -> Named | None:
    """Version 4: {"name", "hash": "blake3:..."}; version 3: {"model_name"}."""
    if not isinstance(model, dict):
        return None
    name = text(model.get("name")) or text(model.get("model_name"))
    kind, _, digest = text(model.get("hash")).partition(":")
    return Named(name, digest if kind == "sha256" else "", weight) if name else None


def _loras(said: Mapping[str, Any]) -> list[Named]:
    listed = said.get("loras")
    loras = []
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            weight = number(each.get("weight"))
            of = each.get("model") or each.get("lora")
            loras.append(_named(of, 1.0 if weight is None else weight))
    return [each for each in loras if each]


def _of_version_2(said: Mapping[str, Any], image: Mapping[str, Any]) -> Found:
    prompt, negative = _split(_joined(image.get("prompt")))
    unknown: dict[str, Any] = {
        name: image[name] for name in ("threshold", "perlin", "variations") if image.get(name)
    }
    settings = {
        "prompt": prompt,
        "negative_prompt": negative,
        "num_inference_steps": image.get("steps"),
        "guidance_scale": image.get("cfg_scale"),
        **{name: image.get(name) for name in ("width", "height", "seed")},
    }
    _note_scheduler(text(image.get("sampler")), settings, unknown)
    if image.get("type") == "img2img":
        settings |= {"mode": "image", "strength": image.get("strength")}
        unknown["Source"] = NO_SOURCE
    name = stem(said.get("model_weights") or "")
    model = Named(name, text(said.get("model_hash"))) if name else None
    return found("invokeai", settings, model, unknown=unknown)


def _joined(prompt: Any) -> str:
    """A text, or [{"prompt": text, "weight": 1}]."""
    if isinstance(prompt, list):
        return ", ".join(text(each.get("prompt")) for each in prompt if isinstance(each, dict))
    return text(prompt)


def _split(prompt: str) -> tuple[str, str]:
    return LEFT_OUT.sub("", prompt).strip(), ", ".join(LEFT_OUT.findall(prompt))


def _of_dream(line: str) -> Found | None:
    """`"a red house [people]" -s 50 -S 7 -W 512 -H 512 -C 7.5 -A k_euler`"""
    try:
        prompt, *words = shlex.split(line)
    except ValueError:
        return None
    settings: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    # Each switch with its value, written together (-s50) or apart (-s 50).
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        switch = word[:2]
        value = word[2:] or following
        if switch in DREAM:
            settings[DREAM[switch]] = value
        elif switch == "-A":
            _note_scheduler(value, settings, unknown)
    if not settings:
        return None
    settings["prompt"], settings["negative_prompt"] = _split(prompt)
    return found("invokeai", settings, unknown=unknown)


def _note_scheduler(name: str, settings: dict[str, Any], unknown: dict[str, Any]) -> None:
    if scheduler := schedulers.INVOKEAI.get(name):
        settings["scheduler"] = scheduler
    elif name:
        unknown["scheduler"] = name
