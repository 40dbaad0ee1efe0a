"""From an address to a pipeline that is ready to draw, or to a sentence that says why not."""

import inspect
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from generation.providers.base import ImageRequest
from generation.providers.diffusers import folder
from generation.providers.diffusers.equipment import Equipment
from generation.providers.diffusers.memory import memory_errors
from generation.providers.errors import ModelTrouble, OutOfMemory

log = logging.getLogger(__name__)

STARTER = "starter"
# What a call must understand to be driven by the engine.
NEEDED = {"prompt", "width", "height", "num_inference_steps", "generator", "callback_on_step_end"}


def load(request: ImageRequest, equipment: Equipment) -> Any:
    """Raises `ModelTrouble`, or `OutOfMemory` if the model is larger than the memory."""
    from diffusers import DiffusionPipeline

    _be_quiet()
    path = local_folder(request.address)
    if path is None:
        path = download(request, equipment)
    index = folder.check(path)
    options: dict[str, Any] = {"dtype": equipment.dtype, "local_files_only": True}
    if "safety_checker" in index:
        options |= {"safety_checker": None, "requires_safety_checker": False}
    if equipment.is_half and any(path.rglob("*.fp16.safetensors")):
        options["variant"] = "fp16"
    try:
        pipeline = DiffusionPipeline.from_pretrained(path, use_safetensors=True, **options)
        pipeline.to(equipment.device)
    except memory_errors() as error:
        raise OutOfMemory(str(error)) from None
    except Exception as error:
        # Files may be broken in any way, and each library has errors of its own.
        log.warning("%s could not be loaded.", request.address, exc_info=True)
        raise ModelTrouble(
            "This model's files are damaged or incomplete.",
            code="model_damaged",
            details=f"{type(error).__name__}: {error}",
        ) from None
    return prepared(pipeline)


def _be_quiet() -> None:
    """Bars for files that load in a second, and remarks for pipelines' authors, fill the log."""
    from diffusers.utils import logging as diffusers_log
    from transformers.utils import logging as transformers_log

    for library in (diffusers_log, transformers_log):
        library.disable_progress_bar()
        library.set_verbosity_error()


def local_folder(address: str) -> Path | None:
    """The folder that an address names; None for a hub repository's id."""
    if address == STARTER:
        return Path(settings.STARTER_MODEL)
    return Path(address) if Path(address).is_absolute() else None


def prepared(pipeline: Any) -> Any:
    import torch

    missing = NEEDED - set(inspect.signature(pipeline.__call__).parameters)
    if missing:
        raise ModelTrouble(
            "This model is not one that draws from text step by step.",
            code="model_unsupported",
            details=f"{type(pipeline).__name__} does not take {', '.join(sorted(missing))}.",
        )
    pipeline.set_progress_bar_config(disable=True)
    if hasattr(pipeline, "unet"):
        pipeline.unet.to(memory_format=torch.channels_last)
    return pipeline


def download(request: ImageRequest, equipment: Equipment) -> Path:
    """Fetch `owner/name` or `owner/name@revision` from the hub, or find it in the cache."""
    try:
        if equipment.is_half:
            with suppress(ValueError):  # it has no weights of half the size
                return _fetch(request, variant="fp16")
        return _fetch(request)
    except OSError as error:
        raise _hub_trouble(error) from None
    except ValueError as error:
        raise ModelTrouble(
            "The hub's repository is not a model in the diffusers layout.",
            code="model_layout",
            details=str(error),
        ) from None


def _fetch(request: ImageRequest, **options: Any) -> Path:
    from diffusers import DiffusionPipeline

    name, _, revision = request.address.partition("@")
    return Path(
        DiffusionPipeline.download(
            name,
            revision=revision or None,
            cache_dir=settings.MODELS_FOLDER,
            token=request.api_key or None,
            use_safetensors=True,
            **options,
        )
    )


def _hub_trouble(error: OSError) -> ModelTrouble:
    from huggingface_hub import errors as hub

    causes = _causes(error)
    if _any_is(causes, hub.GatedRepoError):
        code, sentence = "gated", "This model's hub wants a token that may read it."
    elif _any_is(causes, hub.RepositoryNotFoundError, hub.RevisionNotFoundError):
        code, sentence = "unknown", "The hub has no model of this name, or wants a token."
    elif any("safetensors" in str(cause) for cause in causes):
        code, sentence = "no_weights", "This model has no safetensors weights."
    else:
        code = "unreachable"
        sentence = "This model is not downloaded yet, and its hub can't be reached."
    return ModelTrouble(sentence, code=f"model_{code}", details=str(causes[-1]))


def _any_is(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
