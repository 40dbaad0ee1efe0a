"""Which class of pipeline draws in which mode; all of a model's share one set of weights."""

import inspect
from typing import Any

from generation.families import FAMILIES, of_pipeline
from generation.providers.errors import ProviderError

SENTENCES = {
    "image": "This model can't start from a picture.",
    "inpaint": "This model can't draw parts of a picture anew.",
}


def pipeline_for(pipeline: Any, mode: str, family: str = "") -> Any:
    """A pipeline of that mode around the same parts; raises `ProviderError` if there is none."""
    if mode == "text":
        return pipeline
    found = _class(pipeline, mode, family)
    if found is None:
        raise ProviderError(SENTENCES[mode], code="mode_unknown")
    return pipeline if type(pipeline) is found else _around(found, pipeline)


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
    from diffusers.pipelines import auto_pipeline

    mapping = {
        "image": auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING,
        "inpaint": auto_pipeline.AUTO_INPAINT_PIPELINES_MAPPING,
    }[mode]
    of_text = auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING
    kind = next((kind for kind, each in of_text.items() if each is type(pipeline)), None)
    return mapping.get(kind)


def _around(found: type, pipeline: Any) -> Any:
    """Built here, not by `from_pipe`: that moves all weights to one precision."""
    known = {**pipeline.config, **pipeline.components}
    wanted = inspect.signature(found).parameters
    made = found(**{name: known[name] for name in wanted if name in known})
    made.set_progress_bar_config(disable=True)
    return made
