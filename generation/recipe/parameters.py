"""The text under `parameters` that AUTOMATIC1111's web UI introduced and many tools read.

https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/master/modules/infotext_utils.py
"""

import json
from collections.abc import Mapping
from typing import Any

from generation import schedulers

SHORT = 10  # characters of a hash by which these tools know a file


def parameters_text(recipe: Mapping[str, Any]) -> str:
    loras = recipe.get("loras", [])
    tags = [f"<lora:{each['lora']}:{each['weight']:g}>" for each in loras]
    lines = [" ".join([recipe.get("prompt_sent") or recipe["prompt"], *tags])]
    if recipe["negative_prompt"]:
        lines.append(f"Negative prompt: {recipe['negative_prompt']}")
    settings = {
        "Steps": recipe["num_inference_steps"],
        **_sampler(recipe),
        "CFG scale": f"{recipe['guidance_scale']:g}",
        "Seed": recipe["seed"],
        "Size": f"{recipe['width']}x{recipe['height']}",
        "Model hash": _model_hash(recipe)[:SHORT],
        "Model": recipe["model"]["name"],
        **_from_a_picture(recipe),
        "Lora hashes": ", ".join(
            f"{each['lora']}: {each['sha256'][:SHORT]}" for each in loras if each.get("sha256")
        ),
        "Version": "Pixazo",
    }
    # The format knows no better: a comma or colon in a value is put in quotes.
    lines.append(
        ", ".join(
            f"{name}: {_quoted(str(value))}" for name, value in settings.items() if value != ""
        )
    )
    return "\n".join(lines)


def _sampler(recipe: Mapping[str, Any]) -> dict[str, str]:
    """In their words where they have some, else by the name of diffusers' class."""
    name, schedule = schedulers.A1111.get(recipe.get("scheduler", ""), ("", ""))
    made_with = recipe["made_by"].get("scheduler", "")
    if isinstance(made_with, Mapping):
        made_with = made_with.get("name", "")
    return {"Sampler": name or str(made_with), "Schedule type": schedule}


def _model_hash(recipe: Mapping[str, Any]) -> str:
    """Theirs is of a single file: a folder with several has none."""
    files = recipe["made_by"].get("weights_sha256")
    read = list(files.values()) if isinstance(files, Mapping) else []
    return str(recipe["model"].get("weights_sha256") or (read[0] if len(read) == 1 else ""))


def _from_a_picture(recipe: Mapping[str, Any]) -> dict[str, str]:
    strength, scale = recipe.get("strength"), recipe.get("scale")
    return {
        "Denoising strength": "" if strength is None else f"{strength:g}",
        "Postprocess upscale by": "" if scale is None else f"{scale:g}",
    }


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if any(c in value for c in ",:\n") else value
