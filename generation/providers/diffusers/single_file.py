"""A model in one safetensors file: which family it is of, and where its configuration comes from.

The configuration is ours, by family, or that of the folder named in the option `base`, which then
also lends the parts that the file lacks. The hub is never asked.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generation.families import FAMILIES
from generation.providers.diffusers import clip_words, folder, header, weights
from generation.providers.diffusers.header import Header
from generation.providers.diffusers.weights import Weights
from generation.providers.errors import ModelTrouble

CONFIGS = Path(__file__).parent / "single_file_configs"
FOLDERS = {"sd15": "sd15", "sdxl": "sdxl", "sdxl-turbo": "sdxl"}
# Names of tensors that only these architectures have.
_SDXL = "conditioner.embedders.1.model.ln_final.weight"
_SD = "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
_SD_WIDTH = 768  # of CLIP-L's embeddings; Stable Diffusion 2 has 1024
_FIRST = "model.diffusion_model.input_blocks.0.0.weight"
# Channels of models made for inpainting: latents, mask, and what the mask leaves.
_INPAINTING = 9


def check(path: Path) -> Weights:
    """Raises `ModelTrouble`."""
    if not path.is_file():
        raise _trouble("missing", "This model's file is not there.", str(path))
    return weights.check(path.parent, [path])


def load(path: Path, family: str, base: str, **options: Any) -> Any:
    """The pipeline, not yet on its device; raises `ModelTrouble`, and what diffusers raises."""
    import diffusers

    with _config(header.read(path), family, base) as config:
        made = getattr(diffusers, folder.read_index(config)["_class_name"])
        return made.from_single_file(
            str(path), config=str(config), local_files_only=True, **options
        )


@contextmanager
def _config(found: Header, family: str, base: str) -> Iterator[Path]:
    """A folder with the model's configuration, for as long as it is loaded."""
    if base:
        yield Path(base)
        return
    chosen = _family(found, family)
    with tempfile.TemporaryDirectory(prefix="pixazo-") as name:
        config = Path(name) / chosen
        shutil.copytree(CONFIGS / FOLDERS[chosen], config)
        for tokenizer in config.glob("tokenizer*"):
            clip_words.write(tokenizer)
        if chosen == "sdxl-turbo":
            # Distilled models begin at the last of their few steps.
            _change(config / "scheduler/scheduler_config.json", timestep_spacing="trailing")
        if _channels(found) == _INPAINTING:
            _change(config / "unet/config.json", in_channels=_INPAINTING)
            _change(config / "model_index.json", _class_name=FAMILIES[chosen].pipelines["inpaint"])
        yield config


def _family(found: Header, family: str) -> str:
    """The one that the file is of; `family` is what staff say, or empty."""
    likely = _likely(found)
    if not likely:
        raise _trouble(
            "needs_base",
            "This file alone is not a whole model. Name a folder that has its other parts in the"
            " option “base”.",
        )
    if not family:
        return likely[0]
    if family not in likely:
        raise _trouble(
            "family",
            f"This file is {FAMILIES[likely[0]].label}, not what the model's family says.",
        )
    return family


def _likely(found: Header) -> tuple[str, ...]:
    if _SDXL in found.tensors:
        return ("sdxl", "sdxl-turbo")
    keys = found.tensors.get(_SD)
    return ("sd15",) if keys and keys.shape[-1] == _SD_WIDTH else ()


def _channels(found: Header) -> int:
    first = found.tensors.get(_FIRST)
    return first.shape[1] if first and len(first.shape) == 4 else 4


def _change(path: Path, **values: Any) -> None:
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | values), encoding="utf-8")


def _trouble(code: str, sentence: str, details: str = "") -> ModelTrouble:
    return ModelTrouble(sentence, code=f"model_{code}", details=details)
