"""Our own recipes, of version 1 and 2 (`generation/recipe`)."""

from collections.abc import Mapping
from typing import Any

from generation.metadata.bounded import json_object
from generation.metadata.found import Found, Named, found, number, text

SETTINGS = (
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "seed",
    "mode",
    "scheduler",
    "strength",
    "scale",
)
SIDES = ("left", "top", "right", "bottom")


def read(texts: Mapping[str, str]) -> Found | None:
    recipe = json_object(texts.get("pixazo", ""))
    if recipe is None or recipe.get("version") not in (1, 2):
        return None
    settings = {name: recipe.get(name) for name in SETTINGS}
    margins = recipe.get("margins")
    if isinstance(margins, dict):
        settings |= {side: margins.get(side) for side in SIDES}
    return found(
        "pixazo",
        settings,
        model=_model(recipe.get("model")),
        loras=[_lora(each) for each in _objects(recipe.get("loras"))],
        sources=tuple(
            (text(each.get("role")), text(each.get("sha256")))
            for each in _objects(recipe.get("sources"))
        ),
    )


def _model(model: Any) -> Named | None:
    """By its slug, which is stable; its name is for people."""
    if not isinstance(model, dict):
        return None
    name = text(model.get("slug")) or text(model.get("name"))
    return Named(name, text(model.get("weights_sha256")))


def _lora(lora: Mapping[str, Any]) -> Named:
    weight = number(lora.get("weight"))
    return Named(
        text(lora.get("lora")), text(lora.get("sha256")), 1.0 if weight is None else weight
    )


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
