"""What people read for the names that contracts, recipes and verdicts hold."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pixazo.texts.kept import shown

# Names of the trade; "" is the scheduler that a model brings along.
SCHEDULERS = {
    "": gettext_lazy("The model's own"),
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
    "text": gettext_lazy("from text"),
    "image": gettext_lazy("from a picture"),
    "inpaint": gettext_lazy("repainted"),
    "outpaint": gettext_lazy("extended"),
    "variation": gettext_lazy("variation"),
    "upscale": gettext_lazy("upscaled"),
}
VERDICTS = {
    "identical": gettext_lazy("Identical"),
    "near": gettext_lazy("Near"),
    "different": gettext_lazy("Different"),
}
# Parts of a recipe whose own names say little: `libraries.torch` is called torch.
PARTS = {
    "company": gettext_lazy("pictures in its call"),
    "num_inference_steps": gettext_lazy("steps"),
    "guidance_scale": gettext_lazy("guidance"),
    "negative_prompt": gettext_lazy("“leave out”"),
    "revision": gettext_lazy("the model's revision"),
    "weights_sha256": gettext_lazy("the model's files"),
}


def scheduler(name: str) -> str:
    return str(SCHEDULERS.get(name, name))


def mode(name: str) -> str:
    return str(MODES.get(name, name))


def verdict(found: Mapping[str, Any]) -> str:
    """Of `Image.verdict`: Near: 0.4 % of pixels differ; Different: torch 2.13 instead of 2.12."""
    kind = found.get("verdict", "")
    if kind not in VERDICTS:
        return shown(str(found.get("sentence", "")))
    label = VERDICTS[kind]
    reasons = [_change(line) for line in found.get("changed", [])]
    if kind == "near":
        reasons = [part for part in (_share(found), *reasons) if part]
    if kind == "different" and not reasons:
        reasons = [_share(found) or _("the pixels are others")]
    return f"{label}: {', '.join(reasons[:3])}" if reasons and kind != "identical" else str(label)


def _share(found: Mapping[str, Any]) -> str:
    share = (found.get("difference") or {}).get("share")
    if share is None:
        return ""
    percent = 100 * share
    if percent < 0.1:
        return _("less than 0.1 % of pixels differ")
    return _("%(share)s %% of pixels differ") % {"share": number_format(percent, 1)}


def _change(line: str) -> str:
    """`libraries.torch: 2.12 -> 2.13` -> torch 2.13 instead of 2.12."""
    name, _colon, values = line.partition(": ")
    part = name.rpartition(".")[2]
    label = PARTS.get(name, PARTS.get(part, part.replace("_", " ")))
    before, arrow, after = values.partition(" -> ")
    if not arrow:
        return _("%(part)s differs") % {"part": label}
    return _("%(part)s %(after)s instead of %(before)s") % {
        "part": label,
        "after": after,
        "before": before,
    }
