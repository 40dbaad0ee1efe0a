"""Files of Fooocus: `parameters` as its own JSON or as AUTOMATIC1111's text, by `fooocus_scheme`.

https://github.com/lllyasviel/Fooocus/blob/main/modules/meta_parser.py
"""

import re
from collections.abc import Mapping
from typing import Any

from generation import schedulers
from generation.metadata.a1111 import of_infotext
from generation.metadata.bounded import json_object
from generation.metadata.found import Found, Named, found, number, stem, text
from generation.metadata.infotext import Infotext, parse

SIZE = re.compile(r"\D{0,5}(\d{1,6})\D{1,5}(\d{1,6})\D{0,5}")
TOLD = {"prompt", "negative_prompt", "steps", "resolution", "guidance_scale", "seed"}
TOLD |= {"base_model", "base_model_hash", "loras", "sampler", "scheduler", "metadata_scheme"}
TOLD |= {"full_prompt", "full_negative_prompt", "version", "created_by"}


def read(texts: Mapping[str, str]) -> Found | None:
    parameters = texts.get("parameters", "")
    is_ours = "fooocus_scheme" in texts or texts.get("Software", "").startswith("Fooocus")
    said = json_object(parameters)
    if said is not None:
        is_ours = is_ours or said.get("metadata_scheme") == "fooocus"
        return _of_json(said) if is_ours and "prompt" in said else None
    words = parse(parameters)
    if is_ours or text(words.pairs.get("Version")).startswith("Fooocus"):
        return _of_text(words) if "Steps" in words.pairs else None
    return None


def _of_json(said: Mapping[str, Any]) -> Found:
    unknown = {
        name: value
        for name, value in said.items()
        if name not in TOLD and not name.startswith("lora_combined") and value != "None"
    }
    size = SIZE.fullmatch(str(said.get("resolution", ""))[:40])
    settings = {
        "prompt": said.get("prompt"),
        "negative_prompt": said.get("negative_prompt"),
        "width": size[1] if size else None,
        "height": size[2] if size else None,
        "num_inference_steps": said.get("steps"),
        "guidance_scale": said.get("guidance_scale"),
        "seed": said.get("seed"),
    }
    sampler, schedule = text(said.get("sampler")), text(said.get("scheduler"))
    if scheduler := schedulers.COMFYUI.get((sampler, schedule)):
        settings["scheduler"] = scheduler
    else:
        unknown["sampler"] = f"{sampler} {schedule}".strip()
    model = Named(stem(said.get("base_model", "")), text(said.get("base_model_hash")))
    return found("fooocus", settings, model if model.name else None, _loras(said), unknown)


def _loras(said: Mapping[str, Any]) -> list[Named]:
    """[[name, weight, hash]]; older files: `lora_combined_1: "name : 0.5"`."""
    listed = said.get("loras")
    rows = [each for each in listed if isinstance(each, list)] if isinstance(listed, list) else []
    if not rows:
        rows = [
            text(value).split(" : ")
            for name, value in said.items()
            if name.startswith("lora_combined")
        ]
    return [
        Named(stem(row[0]), text(row[2]) if len(row) > 2 else "", number(row[1]) or 0.0)
        for row in rows
        if len(row) > 1 and number(row[1]) is not None
    ]


def _of_text(words: Infotext) -> Found:
    """The common text with names of its own. The prompt there has the styles in it."""
    pairs = dict(words.pairs)
    prompt = text(pairs.pop("Raw prompt", "")) or words.prompt
    negative = text(pairs.pop("Raw negative prompt", "")) or words.negative_prompt
    weights, hashes = _by_name(pairs.pop("Lora weights", "")), _by_name(pairs.get("Lora hashes"))
    # "Scheduler" holds ComfyUI's name; "Sampler" AUTOMATIC1111's, some with " Karras" behind it.
    schedule = text(pairs.pop("Scheduler", ""))
    if not text(pairs.get("Sampler")).endswith(" Karras"):
        pairs["Schedule type"] = "Uniform" if schedule == "normal" else schedule
    read_so = of_infotext("fooocus", Infotext(prompt, negative, pairs))
    loras = [
        Named(name, hashes.get(name, ""), number(weight) or 0.0) for name, weight in weights.items()
    ]
    return Found(
        read_so.source,
        read_so.settings,
        read_so.model,
        tuple(loras) or read_so.loras,
        unknown=read_so.unknown,
    )


def _by_name(listed: Any) -> dict[str, str]:
    """`name: value, other: value`."""
    found_so = {}
    for part in text(listed).split(","):
        name, colon, value = part.rpartition(":")
        if colon:
            found_so[name.strip()] = value.strip()
    return found_so
