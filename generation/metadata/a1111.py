"""Files of AUTOMATIC1111's web UI, of Forge and of the many that write the same text."""

import re
from collections.abc import Mapping
from typing import Any

from generation import schedulers
from generation.metadata.found import NO_SOURCE, Found, Named, found, number, text
from generation.metadata.infotext import Infotext, embedded, parse

# <lora:name:weight> in the prompt; what follows a third colon is an extension's own.
TAG = re.compile(r"<lora:([^:<>]{1,200})(?::([^:<>]{0,20}))?(?::[^<>]{0,200})?>")
# What is said elsewhere in the answer, or says nothing of the picture.
TOLD = {"Steps", "Sampler", "Schedule type", "CFG scale", "Distilled CFG Scale", "Seed", "Size"}
TOLD |= {"Model", "Model hash", "Lora hashes", "Hashes", "Version", "Civitai resources"}
TOLD |= {"Civitai metadata", "Denoising strength", "TI hashes", "User"}


def read(texts: Mapping[str, str]) -> Found | None:
    words = parse(texts.get("parameters", ""))
    return of_infotext("a1111", words) if "Steps" in words.pairs else None


def of_infotext(source: str, words: Infotext) -> Found:
    pairs = words.pairs
    unknown = {name: value for name, value in pairs.items() if name not in TOLD}
    prompt, loras = _prompt_and_loras(words)
    width, _, height = text(pairs.get("Size")).partition("x")
    settings: dict[str, Any] = {
        "prompt": prompt,
        "negative_prompt": words.negative_prompt,
        "width": width,
        "height": height,
        "num_inference_steps": pairs.get("Steps"),
        # Forge runs Flux at CFG 1; what its guidance is told by is the other one.
        "guidance_scale": pairs.get("Distilled CFG Scale", pairs.get("CFG scale")),
        "seed": pairs.get("Seed"),
    }
    _note_sampler(pairs, settings, unknown)
    _note_strength(pairs, settings, unknown)
    return found(source, settings, _model(pairs), loras, unknown)


def _note_sampler(
    pairs: Mapping[str, Any], settings: dict[str, Any], unknown: dict[str, Any]
) -> None:
    sampler, schedule = text(pairs.get("Sampler")), text(pairs.get("Schedule type"))
    if scheduler := schedulers.from_a1111(sampler, schedule):
        settings["scheduler"] = scheduler
    elif sampler:
        unknown["Sampler"] = " ".join(filter(None, [sampler, schedule]))


def _note_strength(
    pairs: Mapping[str, Any], settings: dict[str, Any], unknown: dict[str, Any]
) -> None:
    """With "Hires" settings it is of a second pass that we don't make; else of a source picture."""
    strength = pairs.get("Denoising strength")
    if strength is None:
        return
    if any(name.startswith("Hires") for name in pairs):
        unknown["Hires denoising strength"] = strength
    else:
        settings |= {"mode": "image", "strength": strength}
        unknown["Source"] = NO_SOURCE


def _prompt_and_loras(words: Infotext) -> tuple[str, list[Named]]:
    hashes = _hashes(words.pairs)
    loras = [
        Named(name.strip(), hashes.get(name.strip(), ""), _weight(weight))
        for name, weight in TAG.findall(words.prompt)
    ]
    names = {each.name for each in loras}
    loras += [each for each in _civitai(words.pairs, "lora") if each.name not in names]
    if names:
        return re.sub(r"[ \t]{2,}", " ", TAG.sub("", words.prompt)).strip(" ,"), loras
    return words.prompt, loras


def _hashes(pairs: Mapping[str, Any]) -> dict[str, str]:
    """`Lora hashes: "name: abc, other: def"`, and `Hashes: {"lora:name": "abc"}`."""
    hashes = {}
    for part in text(pairs.get("Lora hashes")).split(","):
        name, _, digest = part.rpartition(":")
        hashes[name.strip()] = digest.strip()
    both = embedded(pairs.get("Hashes"))
    for name, digest in both.items() if isinstance(both, dict) else ():
        kind, _, rest = name.partition(":")
        if kind.casefold() == "lora":
            hashes.setdefault(rest, text(digest))
    return hashes


def _model(pairs: Mapping[str, Any]) -> Named | None:
    name, digest = text(pairs.get("Model")), text(pairs.get("Model hash"))
    if name or digest:
        return Named(name or digest, digest)
    return next(iter(_civitai(pairs, "checkpoint")), None)


def _civitai(pairs: Mapping[str, Any], kind: str) -> list[Named]:
    """Pictures made on Civitai's site name their files there only."""
    resources = embedded(pairs.get("Civitai resources"))
    if not isinstance(resources, list):
        return []
    return [
        Named(text(each.get("modelName")), text(each.get("hash")), _weight(each.get("weight")))
        for each in resources
        if isinstance(each, dict) and text(each.get("type")).casefold() == kind
    ]


def _weight(value: Any) -> float:
    read = number(value)
    return 1.0 if read is None else read
