"""A model in one safetensors file: what it is, and where its configuration comes from.

Whole models of Stable Diffusion bring all their parts; their configuration is ours, by family. Of
others the file holds what draws: the rest is that of the model named in the option `base`.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from generation.families import AUTO, FAMILIES, of_pipeline
from generation.providers.diffusers import clip_words, folder, header, recognising, weights
from generation.providers.diffusers.folder import Layout
from generation.providers.diffusers.header import Header
from generation.providers.diffusers.recognising import (
    AUTOENCODER,
    ENCODERS,
    TRANSFORMER,
    Contents,
)
from generation.providers.diffusers.weights import Weights
from generation.providers.errors import ModelTrouble

CONFIGS = Path(__file__).parent / "single_file_configs"
FOLDERS = {"sd15": "sd15", "sdxl": "sdxl", "sdxl-turbo": "sdxl"}
_FIRST = recognising.PREFIX + "input_blocks.0.0.weight"
# Channels of models made for inpainting: latents, mask, and what the mask leaves.
_INPAINTING = 9


def check(path: Path, family: str, *, has_base: bool) -> tuple[Weights, Contents]:
    """What the file is, if it is of the family that staff say (empty: whatever it is) and whole,
    or has a model beside it that is. Raises `ModelTrouble`."""
    if not path.is_file():
        raise _trouble("missing", _("This model's file is not there."), str(path))
    checked = weights.check(path.parent, [path])
    contents = recognising.recognise(header.read(path))
    if contents.is_quantised:
        raise _trouble(
            "unsupported",
            _("This model's weights are quantised; give the plain ones and set its options."),
        )
    check_family(contents, family)
    if not has_base:
        _check_whole(contents)
    return checked, contents


def only_part(contents: Contents) -> str:
    """What is taken of the file where all the rest is the base's; empty if it is the whole file.

    Transformers come with encoders and decoders that all of their family share.
    """
    is_alone = contents.part == TRANSFORMER or ENCODERS in contents.missing
    return contents.part if is_alone else ""


def load(path: Path, family: str, contents: Contents, base: Layout | None, **options: Any) -> Any:
    """The pipeline, not yet on its device; raises `ModelTrouble`, and what diffusers raises."""
    import diffusers

    options["local_files_only"] = True
    if base is not None and only_part(contents):
        return _beside(path, contents, base, options)
    with _config(header.read(path), contents, family, base) as config:
        made = getattr(diffusers, folder.read_index(config)["_class_name"])
        if base is not None and AUTOENCODER in contents.missing:
            kind = getattr(diffusers, base.index["vae"][1])
            options["vae"] = kind.from_pretrained(
                base.folder, subfolder="vae", variant=base.variant, use_safetensors=True, **options
            )
        return made.from_single_file(str(path), config=str(config), **options)


def check_family(contents: Contents, family: str) -> None:
    """Raises `ModelTrouble` where the file is known to be of another one."""
    if contents.families and family not in ("", AUTO, *contents.families):
        raise _trouble(
            "family",
            _("This file is %(label)s, not what the model's family says.")
            % {"label": contents.label},
        )


def _check_whole(contents: Contents) -> None:
    if not contents.families:
        raise _trouble(
            "needs_base",
            _(
                "This file alone is not a whole model. Name a folder, or a hub's repository, that"
                " has its other parts in the option “base”."
            ),
        )
    if contents.missing:
        missing = " and ".join(contents.missing)
        raise _trouble(
            "needs_base",
            _(
                "This file is %(label)s without %(missing)s. Name a folder, or a hub's"
                " repository, that has them in the option “base”."
            )
            % {"label": contents.label, "missing": missing},
        )
    if contents.families[0] not in FOLDERS:
        raise _trouble(
            "needs_base",
            _(
                "This file is %(label)s without its configuration. Name a folder, or a hub's"
                " repository, that has it in the option “base”."
            )
            % {"label": contents.label},
        )


def check_base(contents: Contents, pipeline: str) -> None:
    """Raises `ModelTrouble` where a model of that class can't lend what the file lacks."""
    lends = of_pipeline(pipeline)
    if contents.families and not set(contents.families) & set(lends):
        raise _trouble(
            "base",
            _("This file is %(label)s, but the model in the option “base” is %(base)s.")
            % {"label": contents.label, "base": FAMILIES[lends[0]].label},
            details=pipeline,
        )


def _beside(path: Path, contents: Contents, base: Layout, options: dict[str, Any]) -> Any:
    """What draws, of the file, with all the rest of the base."""
    import diffusers

    kind = getattr(diffusers, base.index[contents.part][1])
    net = kind.from_single_file(
        str(path), config=str(base.folder), subfolder=contents.part, **options
    )
    if "safety_checker" in base.index:
        options |= {"safety_checker": None, "requires_safety_checker": False}
    return diffusers.DiffusionPipeline.from_pretrained(
        base.folder, variant=base.variant, use_safetensors=True, **{contents.part: net}, **options
    )


@contextmanager
def _config(found: Header, contents: Contents, family: str, base: Layout | None) -> Iterator[Path]:
    """A folder with the model's configuration, for as long as it is loaded."""
    if base is not None:
        yield base.folder
        return
    chosen = family if family in contents.families else contents.families[0]
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


def _channels(found: Header) -> int:
    first = found.tensors.get(_FIRST)
    return first.shape[1] if first and len(first.shape) == 4 else 4


def _change(path: Path, **values: Any) -> None:
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | values), encoding="utf-8")


def _trouble(code: str, sentence: str, details: str = "") -> ModelTrouble:
    return ModelTrouble(sentence, code=f"model_{code}", details=details)
