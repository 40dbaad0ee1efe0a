"""A request for one model as JSON Schema: for API documentation, bots and tools that ask for it.

It accepts what the contract accepts and refuses what it refuses, as far as both can be said
without looking anything up: which pictures and LoRAs there are, a schema can't know.
"""

from typing import TYPE_CHECKING, Any

from generation.contract.limits import (
    LORA_WEIGHT,
    MAX_COUNT,
    MAX_SEED,
    PROMPT_LENGTH,
    VARIATIONS,
)
from generation.contract.parameter import SIDES, Parameter

if TYPE_CHECKING:
    from generation.contract.contract import Contract

DRAFT = "https://json-schema.org/draft/2020-12/schema"
# What has to be sent with a mode.
NEEDS = {
    "image": ["source"],
    "inpaint": ["source", "mask"],
    "outpaint": ["source"],
    "variation": ["source"],
    "upscale": ["source"],
}
# To enlarge a picture no words are needed; a variation has those of its picture.
WORDLESS = ["upscale", "variation"]
PROMPT = {
    "if": {"not": {"properties": {"mode": {"enum": WORDLESS}}, "required": ["mode"]}},
    "then": {"required": ["prompt"], "properties": {"prompt": {"pattern": r"\S"}}},
}
MARGINS = ("left", "top", "right", "bottom")


def schema(contract: "Contract") -> dict[str, Any]:
    properties: dict[str, Any] = {
        "prompt": {"type": "string", "maxLength": PROMPT_LENGTH},
        "negative_prompt": _negative_prompt(contract),
        "mode": {
            "type": "string",
            "enum": list(contract.modes),
            "default": _default_mode(contract),
        },
        "count": {"type": "integer", "minimum": 1, "maximum": MAX_COUNT, "default": 1},
        "seed": {"type": "integer", "minimum": 0, "maximum": MAX_SEED},
        "time_class": {"type": "string", "enum": ["now", "whenever"], "default": "now"},
        **{name: _number(each) for name, each in contract.parameters.items()},
        **_pictures(contract),
    }
    if contract.schedulers:
        properties["scheduler"] = {"type": "string", "enum": ["", *contract.schedulers]}
    if contract.loras:
        properties["loras"] = _loras(contract.loras)
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "allOf": [*_prompt(contract), *_needs(contract), *_sizes(contract)],
    }


def _default_mode(contract: "Contract") -> str:
    """What is meant where nothing was named and no picture was sent; pictures mean others."""
    return "text" if "text" in contract.modes else contract.modes[0]


def _prompt(contract: "Contract") -> list[dict[str, Any]]:
    return [] if set(contract.modes) <= set(WORDLESS) else [PROMPT]


def _number(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": "integer" if parameter.is_whole else "number",
        "title": parameter.label,
    }
    if parameter.fixed:
        # Whatever is sent is corrected, not refused.
        return {"title": parameter.label, "description": parameter.reason}
    described |= {"default": parameter.value}
    if parameter.enum:
        return described | {"enum": list(parameter.enum)}
    described |= {"minimum": parameter.min, "maximum": parameter.max}
    if parameter.name in SIDES:
        described |= {"multipleOf": parameter.step}
    return described


def _negative_prompt(contract: "Contract") -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "maxLength": PROMPT_LENGTH}
    if contract.negative_prompt:
        return text
    return text | {"description": "Not used: this model can't leave things out."}


def _pictures(contract: "Contract") -> dict[str, Any]:
    picture = {
        "type": "string",
        "minLength": 1,
        "description": "image:<id>, upload:<id>, an http(s) address, or a data: URL",
    }
    found: dict[str, Any] = {}
    if set(contract.modes) & set(NEEDS):
        found["source"] = picture
    if "inpaint" in contract.modes:
        found["mask"] = picture
    if contract.references:
        found["references"] = {"type": "array", "items": picture, "maxItems": contract.references}
    if "outpaint" in contract.modes:
        found |= {side: {"type": "integer", "minimum": 0, "default": 0} for side in MARGINS}
    if "variation" in contract.modes:
        found["variation"] = {"type": "string", "enum": list(VARIATIONS)}
    return found


def _loras(most: int) -> dict[str, Any]:
    weight = {"type": "number", "minimum": -LORA_WEIGHT, "maximum": LORA_WEIGHT}
    lora = {
        "type": "object",
        "properties": {"lora": {"type": "string"}, "weight": weight},
        "required": ["lora"],
    }
    named = {"type": "string", "description": "ink, or ink:0.8"}
    return {"type": "array", "items": {"anyOf": [lora, named]}, "maxItems": most}


def _needs(contract: "Contract") -> list[dict[str, Any]]:
    """Which pictures. The only mode of a model need not be named."""
    rules: list[dict[str, Any]] = []
    if "text" not in contract.modes:
        rules.append({"required": ["source"]})
    for mode, names in NEEDS.items():
        if mode in contract.modes:
            then: dict[str, Any] = {"required": names}
            if mode == "outpaint":
                positive = {"exclusiveMinimum": 0}
                then["anyOf"] = [
                    {"properties": {side: positive}, "required": [side]} for side in MARGINS
                ]
            is_mode: dict[str, Any] = {"properties": {"mode": {"const": mode}}}
            if len(contract.modes) > 1:
                is_mode |= {"required": ["mode"]}
            rules.append({"if": is_mode, "then": then})
    return rules


def _sizes(contract: "Contract") -> list[dict[str, Any]]:
    """Of the few possible sizes, width and height together."""
    if not contract.sizes:
        return []
    pairs = [
        {"properties": {"width": {"const": width}, "height": {"const": height}}}
        for width, height in contract.sizes
    ]
    return [{"anyOf": pairs}]
