"""From an address to a pipeline that is ready to draw, or to a sentence that says why not.

What a loaded pipeline was made of is asked of it here: `provenance_of`, `is_current`.
"""

import inspect
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest
from generation.providers.diffusers import folder, hub, single_file
from generation.providers.diffusers.equipment import Equipment
from generation.providers.diffusers.hub import Found
from generation.providers.diffusers.memory import translated
from generation.providers.diffusers.weights import Weights
from generation.providers.errors import ModelTrouble, ProviderError

log = logging.getLogger(__name__)

STARTER = "starter"
# What a call must understand to be driven by the engine.
NEEDED = {"prompt", "width", "height", "num_inference_steps", "generator", "callback_on_step_end"}


@dataclass(frozen=True)
class Origin:
    """What a pipeline was loaded from."""

    revision: str | None
    weights: Weights
    sha256: Mapping[str, str]  # of each file, by its name


def load(request: ImageRequest, equipment: Equipment) -> Any:
    """Raises `ModelTrouble`, or `OutOfMemory` if the model is larger than the memory.

    Nothing is loaded before all files are checked, nor kept if one was changed meanwhile.
    """
    _be_quiet()
    found = _find(request.address, request, equipment)
    if found.path.is_dir() or not found.path.suffix:
        pipeline, weights = _from_folder(found.path, request, equipment)
    else:
        pipeline, weights = _from_file(found.path, request, equipment)
    with hub.off():
        # Read now, so that it counts as loading and not as the first picture's drawing.
        sha256 = weights.sha256
        weights.must_be_current()
    _check_whole(pipeline)
    origin = Origin(found.revision, weights, sha256)
    pipeline._pixazo_origin = origin  # noqa: SLF001 - it goes with it
    return _moved(prepared(pipeline), equipment)


def provenance_of(pipeline: Any) -> dict[str, Any]:
    """For the recipe: {"revision": of the hub, or None, "weights_sha256": {file's name: hash}}."""
    origin: Origin | None = getattr(pipeline, "_pixazo_origin", None)
    if origin is None:
        return {}
    return {"revision": origin.revision, "weights_sha256": dict(origin.sha256)}


def is_current(pipeline: Any) -> bool:
    """False if the files it was loaded from are not there any more, or others: load it again."""
    origin: Origin | None = getattr(pipeline, "_pixazo_origin", None)
    return origin is None or origin.weights.is_current


def local_folder(address: str) -> Path | None:
    """The folder or file that an address names; None for something of the hub."""
    if address == STARTER:
        return Path(settings.STARTER_MODEL)
    return Path(address) if Path(address).is_absolute() else None


def prepared(pipeline: Any) -> Any:
    missing = NEEDED - set(inspect.signature(pipeline.__call__).parameters)
    if missing:
        raise ModelTrouble(
            _("This model is not one that draws from text step by step."),
            code="model_unsupported",
            details=f"{type(pipeline).__name__} does not take {', '.join(sorted(missing))}.",
        )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _be_quiet() -> None:
    """Bars for files that load in a second, and remarks for pipelines' authors, fill the log."""
    from diffusers.utils import logging as diffusers_log
    from transformers.utils import logging as transformers_log

    for library in (diffusers_log, transformers_log):
        library.disable_progress_bar()
        library.set_verbosity_error()


def _find(address: str, request: ImageRequest, equipment: Equipment, *, without: str = "") -> Found:
    path = local_folder(address)
    if path is not None:
        return Found(path, None)
    return hub.find(address, token=request.api_key, half=equipment.is_half, without=without)


def _from_folder(path: Path, request: ImageRequest, equipment: Equipment) -> tuple[Any, Weights]:
    from diffusers import DiffusionPipeline

    layout = folder.check(path, "fp16" if equipment.is_half else None)
    layout.weights.must_be(request.weights_sha256)
    folder.check_family(layout, request.family)
    options: dict[str, Any] = {"local_files_only": True, "variant": layout.variant}
    if "safety_checker" in layout.index:
        options |= {"safety_checker": None, "requires_safety_checker": False}
    with _in_words(request.address), hub.off():
        pipeline = DiffusionPipeline.from_pretrained(
            path, use_safetensors=True, dtype=equipment.dtype, **options
        )
    return pipeline, layout.weights


def _from_file(path: Path, request: ImageRequest, equipment: Equipment) -> tuple[Any, Weights]:
    base = str(request.options.get("base", ""))
    weights, contents = single_file.check(path, request.family, has_base=bool(base))
    weights.must_be(request.weights_sha256)
    lends = None
    if base:
        without = single_file.only_part(contents)
        found = _find(base, request, equipment, without=without)
        lends = folder.check(found.path, "fp16" if equipment.is_half else None, without=without)
        single_file.check_base(contents, lends.pipeline)
        folder.check_family(lends, request.family)
        weights = weights.beside(lends.weights, "base/")
    with _in_words(request.address), hub.off():
        pipeline = single_file.load(path, request.family, contents, lends, dtype=equipment.dtype)
    return pipeline, weights


def _moved(pipeline: Any, equipment: Equipment) -> Any:
    with translated():
        return pipeline.to(equipment.device)


def _check_whole(pipeline: Any) -> None:
    """A tensor that no file brought has no content at all."""
    import torch

    for name, part in pipeline.components.items():
        if isinstance(part, torch.nn.Module):
            missing = [key for key, tensor in part.state_dict().items() if tensor.is_meta]
            if missing:
                raise ModelTrouble(
                    _("This model is incomplete: a part of its weights is missing."),
                    code="model_incomplete",
                    details=f"{name}: {', '.join(missing[:5])}",
                )


@contextmanager
def _in_words(address: str) -> Iterator[None]:
    """Whatever the libraries raise while they load, as a sentence."""
    try:
        with translated():
            yield
    except ProviderError:
        raise
    except Exception as error:
        # Files may be broken in any way, and each library has errors of its own.
        log.warning("%s could not be loaded.", address, exc_info=True)
        raise ModelTrouble(
            _("This model's files are damaged or incomplete."),
            code="model_damaged",
            details=f"{type(error).__name__}: {error}",
        ) from None
