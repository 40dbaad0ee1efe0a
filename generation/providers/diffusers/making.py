"""One part of a call from requests to pictures: scheduler and LoRAs put in place, drawn in its
mode, looked at, and drawn once more where the numbers failed."""

import logging
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest, Picture, Report
from generation.providers.diffusers import (
    drawing,
    loading,
    loras,
    modes,
    pasting,
    schedulers,
    soundness,
    tuning,
    upscaling,
)
from generation.providers.diffusers.company import Part
from generation.providers.diffusers.drawing import Drawn
from generation.providers.diffusers.made_by import made_by
from generation.providers.diffusers.model import Model
from generation.providers.diffusers.options import Options
from generation.providers.errors import ProviderError

log = logging.getLogger(__name__)


def make(
    model: Model, requests: Sequence[ImageRequest], report: Report, options: Options
) -> list[Picture]:
    """Pictures of requests that may share a call; `options` are those that hold for this one."""
    first = requests[0]
    if first.loras and options.fuse_qkv:
        # They would be mixed into layers that are not asked any more.
        raise ProviderError(
            "LoRAs can't be used with this model's present options.", code="lora_unfit"
        )
    pipeline = _pipeline(model, first)
    scheduled = pipeline or model.pipeline
    loras.wear(model.pipeline, first.loras)
    with schedulers.used(scheduled, first.scheduler), tuning.as_compiled(options):
        drawn = _sound(pipeline, scheduled, requests, report)
        told = made_by(scheduled, model.equipment, options, first.loras)
        told |= loading.provenance_of(model.pipeline)
    return [Picture(each.image, told, each.remark) for each in drawn]


def _pipeline(model: Model, request: ImageRequest) -> Any:
    """None where there is nothing to draw with: upscaling without starting from pictures."""
    if request.mode != "upscale":
        return model.pipeline_for(request.mode)
    if not modes.draws_over(model.pipeline, model.family):
        return None
    return model.pipeline_for("image")


def _sound(
    pipeline: Any, shared: Any, requests: Sequence[ImageRequest], report: Report
) -> list[Drawn]:
    """Each a picture; raises `ProviderError` if one is not, twice."""
    drawn = _drawn(pipeline, requests, report)
    bad = [place for place, each in enumerate(drawn) if _is_bad(each, shared)]
    if bad:
        log.warning("%s pictures are black or no numbers: drawing them again.", len(bad))
        again = Part(report, tuple(bad), requests[0].num_inference_steps, 1.0, 1.0)
        with soundness.decoder_in_full_precision(shared):
            redrawn = _drawn(pipeline, [requests[place] for place in bad], again)
        for place, each in zip(bad, redrawn, strict=True):
            drawn[place] = each
    if not all(each.is_finite for each in drawn):
        raise ProviderError(
            _("The model came to no picture with these settings: its numbers ran out of range."),
            code="not_a_picture",
            details="NaN or infinity in the latents or the decoded picture, twice.",
        )
    return drawn


def _is_bad(drawn: Drawn, pipeline: Any) -> bool:
    """Black is what half precision makes of too large numbers; in full precision it is black."""
    if not drawn.is_finite:
        return True
    return soundness.is_black(drawn.image) and soundness.can_decode_better(pipeline)


def _drawn(pipeline: Any, requests: Sequence[ImageRequest], report: Report) -> list[Drawn]:
    if requests[0].mode == "upscale":
        drawn = upscaling.upscale(pipeline, requests, report)
    else:
        drawn = drawing.draw(pipeline, requests, report)
    return [_finished(each, request) for each, request in zip(drawn, requests, strict=True)]


def _finished(drawn: Drawn, request: ImageRequest) -> Drawn:
    image = drawn.image
    remark = drawn.remark or soundness.remark(image)
    if request.mode == "inpaint":
        assert request.source is not None
        assert request.mask is not None
        image = pasting.paste(image.resize(request.source.size), request.source, request.mask)
    return Drawn(image, drawn.is_finite, remark)
