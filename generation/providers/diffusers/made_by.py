"""What made a picture, in plain JSON values: with it, and the request, it can be made again."""

import math
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from generation.providers.base import LoraUse
from generation.providers.diffusers import loras as worn
from generation.providers.diffusers import versions
from generation.providers.diffusers.equipment import Equipment
from generation.providers.diffusers.options import Options

NOISE_DEVICE = "cpu"


def made_by(
    pipeline: Any, equipment: Equipment, options: Options, loras: Sequence[LoraUse]
) -> dict[str, Any]:
    """Asked while the scheduler and the LoRAs of the call are in place."""
    told: dict[str, Any] = {
        "scheduler": type(pipeline.scheduler).__name__,
        "scheduler_config": _plain(_public(pipeline.scheduler.config)),
        "pipeline": type(pipeline).__name__,
        "device": equipment.label,
        "precision": equipment.precision,
        "noise_device": NOISE_DEVICE,
        "attention": "sliced" if options.attention_slicing else options.attention or "native",
        "libraries": versions.of_libraries(),
    }
    if loras:
        told["loras"] = [
            {"slug": lora.slug, "weight": lora.weight, "sha256": worn.file_hash(lora)}
            for lora in loras
        ]
    if changing := options.that_change_the_picture():
        told["options"] = _plain(changing)
    return told


def _public(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if not name.startswith("_")}


def _plain(value: Any) -> Any:
    """As JSON has it: configs hold tuples, and numbers of numpy and torch."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return PurePath(value).name if isinstance(value, PurePath) else str(value)
