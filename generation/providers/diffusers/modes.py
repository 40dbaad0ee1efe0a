"""Which class of pipeline draws in which mode; all of a model's share one set of weights."""

import inspect
from typing import Any

from django.utils.translation import gettext_noop

from generation.families import FAMILIES, of_pipeline
from generation.providers.errors import ProviderError

SENTENCES = {
    "text": gettext_noop(
        "This model needs a picture to start from: it can't draw from words alone."
    ),
    "image": gettext_noop("This model can't start from a picture."),
    "inpaint": gettext_noop("This model can't draw parts of a picture anew."),
}


def pipeline_for(pipeline: Any, mode: str, family: str = "") -> Any:
    """A pipeline of that mode around the same parts; raises `ProviderError` if there is none."""
    found = _class(pipeline, mode, family)
    if found is None and mode == "text" and not _is_for_pictures(pipeline):
        return pipeline  # something of its own, of which nothing else is known
    if found is None:
        raise ProviderError(SENTENCES[mode], code="mode_unknown")
    if type(pipeline) is found:
        return pipeline
    if mode != "inpaint" and _has_mask_channels(pipeline):
        raise ProviderError(
            SENTENCES[mode], code="mode_unknown", details="Its weights are made for inpainting."
        )
    return _around(found, pipeline)


def draws_over(pipeline: Any, family: str = "") -> bool:
    """Whether it starts from a picture with noise over it. Some only look at it: they have no
    strength, and make another picture."""
    found = _class(pipeline, "image", family)
    return found is not None and "strength" in inspect.signature(found.__call__).parameters


def _class(pipeline: Any, mode: str, family: str) -> type | None:
    import diffusers

    known = type(pipeline).__name__
    likely = family if family in FAMILIES else of_pipeline(known)[0]
    name = FAMILIES[likely].pipelines.get(mode)
    return getattr(diffusers, name) if name else _of_auto_pipeline(pipeline, mode)


def _of_auto_pipeline(pipeline: Any, mode: str) -> type | None:
    mappings = _auto_mappings()
    kinds = (
        kind
        for mapping in mappings.values()
        for kind, each in mapping.items()
        if each is type(pipeline)
    )
    return mappings[mode].get(next(kinds, None))


def _auto_mappings() -> dict[str, Any]:
    """By mode, the class for each kind of model that diffusers knows."""
    from diffusers.pipelines import auto_pipeline

    return {
        "text": auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING,
        "image": auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING,
        "inpaint": auto_pipeline.AUTO_INPAINT_PIPELINES_MAPPING,
    }


def _is_for_pictures(pipeline: Any) -> bool:
    mappings = _auto_mappings()
    return any(type(pipeline) in mappings[mode].values() for mode in ("image", "inpaint"))


def _has_mask_channels(pipeline: Any) -> bool:
    """Whether what takes the steps also takes a mask and a masked picture, as the weights that
    were trained for inpainting do: 9 channels for 4, 33 for 16."""
    net = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
    channels = getattr(getattr(net, "config", None), "in_channels", None)
    latent = getattr(
        getattr(getattr(pipeline, "vae", None), "config", None), "latent_channels", None
    )
    return bool(channels and latent and channels % latent)


def _around(found: type, pipeline: Any) -> Any:
    """Built here, not by `from_pipe`: that moves all weights to one precision."""
    known = {**pipeline.config, **pipeline.components}
    wanted = inspect.signature(found).parameters
    made = found(**{name: known[name] for name in wanted if name in known})
    made.set_progress_bar_config(disable=True)
    return made
