"""What people read for the names that contracts, recipes and verdicts hold."""

from collections.abc import Mapping
from typing import Any

# Names of the trade; "" is the scheduler that a model brings along.
SCHEDULERS = {
    "": "The model's own",
    "euler": "Euler",
    "euler-a": "Euler ancestral",
    "dpmpp-2m": "DPM++ 2M",
    "dpmpp-2m-karras": "DPM++ 2M Karras",
    "ddim": "DDIM",
    "unipc": "UniPC",
    "lcm": "LCM",
    "flow-euler": "Euler (flow)",
}
MODES = {
    "text": "from text",
    "image": "from a picture",
    "inpaint": "repainted",
    "outpaint": "extended",
    "variation": "variation",
    "upscale": "upscaled",
}
VERDICTS = {"identical": "Identical", "near": "Near", "different": "Different"}
# Parts of a recipe whose own names say little: `libraries.torch` is called torch.
PARTS = {
    "company": "pictures in its call",
    "num_inference_steps": "steps",
    "guidance_scale": "guidance",
    "negative_prompt": "“leave out”",
    "revision": "the model's revision",
    "weights_sha256": "the model's files",
}


def scheduler(name: str) -> str:
    return SCHEDULERS.get(name, name)


def mode(name: str) -> str:
    return MODES.get(name, name)


def verdict(found: Mapping[str, Any]) -> str:
    """Of `Image.verdict`: Near: 0.4 % of pixels differ; Different: torch 2.13 instead of 2.12."""
    kind = found.get("verdict", "")
    if kind not in VERDICTS:
        return str(found.get("sentence", ""))
    label = VERDICTS[kind]
    reasons = [_change(line) for line in found.get("changed", [])]
    if kind == "near":
        reasons = [part for part in (_share(found), *reasons) if part]
    if kind == "different" and not reasons:
        reasons = [_share(found) or "the pixels are others"]
    return f"{label}: {', '.join(reasons[:3])}" if reasons and kind != "identical" else label


def _share(found: Mapping[str, Any]) -> str:
    share = (found.get("difference") or {}).get("share")
    if share is None:
        return ""
    percent = 100 * share
    words = "less than 0.1" if percent < 0.1 else f"{percent:.1f}"
    return f"{words} % of pixels differ"


def _change(line: str) -> str:
    """`libraries.torch: 2.12 -> 2.13` -> torch 2.13 instead of 2.12."""
    name, _, values = line.partition(": ")
    part = name.rpartition(".")[2]
    label = PARTS.get(name, PARTS.get(part, part.replace("_", " ")))
    before, arrow, after = values.partition(" -> ")
    return f"{label} {after} instead of {before}" if arrow else f"{label} differs"
