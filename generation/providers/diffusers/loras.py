"""LoRAs of a call: mixed into the model's weights before it, gone before the next one without.

A set that is used again stays loaded; weight 0 and no LoRA at all give the same picture.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from generation.families import AUTO, of_pipeline
from generation.providers.base import LoraUse
from generation.providers.diffusers import hashes, header, lora_files
from generation.providers.diffusers.memory import translated
from generation.providers.errors import DeviceLost, ModelTrouble, OutOfMemory, ProviderError

log = logging.getLogger(__name__)


def wear(pipeline: Any, loras: Sequence[LoraUse]) -> None:
    """Let the pipeline have exactly these; raises `ProviderError` naming one that won't do."""
    wanted = tuple((lora.slug, file_hash(lora)) for lora in loras)
    if _worn(pipeline) != wanted:
        take_off(pipeline)
        for lora, worn in zip(loras, wanted, strict=True):
            _load(pipeline, lora)
            pipeline._pixazo_loras = (*_worn(pipeline), worn)  # noqa: SLF001 - our own mark
    if wanted:
        names = [_adapter(lora) for lora in loras]
        pipeline.set_adapters(names, [lora.weight for lora in loras])


def take_off(pipeline: Any) -> None:
    if _worn(pipeline):
        pipeline.unload_lora_weights()
        pipeline._pixazo_loras = ()  # noqa: SLF001


def file_hash(lora: LoraUse) -> str:
    """What the file is; raises `ProviderError` if it is not there or not what it should be."""
    path = Path(lora.path)
    if not path.is_file():
        raise _trouble(lora, gettext_noop("has no file on this worker"), "missing", str(path))
    try:
        found = hashes.sha256_of(path)
    except ModelTrouble as error:
        raise _trouble(lora, gettext_noop("can't be read"), "damaged", error.details) from None
    if lora.sha256 and lora.sha256 != found:
        raise _trouble(
            lora, gettext_noop("is not the file it was"), "changed", f"{path} is {found}."
        )
    return found


def _worn(pipeline: Any) -> tuple[tuple[str, str], ...]:
    """Slug and hash of each that is loaded."""
    return getattr(pipeline, "_pixazo_loras", ())


def _load(pipeline: Any, lora: LoraUse) -> None:
    path = Path(lora.path)
    try:
        found = header.read(path)
    except ModelTrouble as error:
        why = (
            gettext_noop("is not a safetensors file")
            if error.code == "model_pickled"
            else gettext_noop("is damaged")
        )
        raise _trouble(lora, why, "damaged", error.details) from None
    _check_family(pipeline, lora, lora_files.families(found))
    if not hasattr(pipeline, "load_lora_weights"):
        raise _trouble(lora, gettext_noop("can't be used: this model takes none"), "unfit", "")
    try:
        with translated():
            pipeline.load_lora_weights(
                str(path.parent),
                weight_name=path.name,
                adapter_name=_adapter(lora),
                use_safetensors=True,
                local_files_only=True,
            )
            _check(pipeline, lora)
    except (OutOfMemory, DeviceLost):
        _forget(pipeline)
        raise
    except Exception as error:  # noqa: BLE001 - peft has one for each way of not fitting
        _forget(pipeline)
        # A line for each of hundreds of layers: the first say it all.
        details = f"{type(error).__name__}: {error}"[:500]
        log.warning("The LoRA %s could not be loaded: %s", lora.slug, details)
        raise _trouble(lora, gettext_noop("doesn't fit this model"), "unfit", details) from None


def _check_family(pipeline: Any, lora: LoraUse, fits: tuple[str, ...]) -> None:
    """peft would say so layer by layer, by their shapes."""
    possible = of_pipeline(type(pipeline).__name__)
    if fits and possible != (AUTO,) and not set(fits) & set(possible):
        label = lora_files.label(fits)
        raise _trouble(
            lora,
            gettext_noop("doesn't fit this model: it is for %(label)s") % {"label": label},
            "unfit",
            "",
        )


def _check(pipeline: Any, lora: LoraUse) -> None:
    adapters = {name for names in pipeline.get_list_adapters().values() for name in names}
    if _adapter(lora) not in adapters:
        raise ValueError("None of its keys belongs to this model.")


def _forget(pipeline: Any) -> None:
    """Half of it may be in some part already."""
    pipeline.unload_lora_weights()
    pipeline._pixazo_loras = ()  # noqa: SLF001


def _adapter(lora: LoraUse) -> str:
    # A dot would be a path into peft's modules.
    return lora.slug.replace(".", "-")


def _trouble(lora: LoraUse, what: str, code: str, details: str) -> ProviderError:
    return ProviderError(
        _("The LoRA “%(slug)s” %(what)s.") % {"slug": lora.slug, "what": what},
        code=f"lora_{code}",
        details=details,
    )
