"""One call of a pipeline for one or more requests of the same shape."""

import inspect
from collections.abc import Sequence
from typing import Any

from PIL.Image import Image

from generation.providers.base import ImageRequest, Preview, Report
from generation.providers.diffusers import previews
from generation.providers.diffusers.memory import translated
from generation.providers.errors import ProviderError


def draw(pipeline: Any, requests: Sequence[ImageRequest], report: Report) -> list[Image]:
    """The pictures in the requests' order. What `report` raises passes through, unharmed."""
    import torch

    first = requests[0]
    understood = inspect.signature(pipeline.__call__).parameters
    # A generator for each picture, on the CPU: a seed gives the same noise in any company and on
    # any device.
    generators = [torch.Generator("cpu").manual_seed(request.seed) for request in requests]
    options: dict[str, Any] = {
        "prompt": [request.prompt for request in requests],
        "negative_prompt": [request.negative_prompt for request in requests],
        "width": first.width,
        "height": first.height,
        "num_inference_steps": first.num_inference_steps,
        "guidance_scale": first.guidance_scale,
        "generator": generators,
        "callback_on_step_end": _callback(report, first.num_inference_steps),
        "callback_on_step_end_tensor_inputs": ["latents"],
    }
    if not any(request.negative_prompt for request in requests):
        del options["negative_prompt"]
    try:
        with translated():
            made = pipeline(
                **{name: value for name, value in options.items() if name in understood}
            )
    except ValueError as error:
        # diffusers refuses early, with a sentence that names the argument.
        raise ProviderError(
            "The model refuses these settings.", code="refused_by_model", details=str(error)
        ) from error
    return list(made.images)


class Part:
    """The report of request `number` drawn alone, as a part of the whole call's."""

    def __init__(self, report: Report, number: int, requests: Sequence[ImageRequest]) -> None:
        self.report = report
        self.number = number
        self.count = len(requests)
        self.steps = requests[0].num_inference_steps

    def __call__(self, step: int, preview: Preview | None = None) -> None:
        self.report(max(1, (self.number * self.steps + step) // self.count), None)

    def sent(self, number: int, remote_id: str) -> None:
        self.report.sent(self.number, remote_id)


def _callback(report: Report, steps: int) -> Any:
    def on_step_end(pipeline: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> Any:
        # Some schedulers take two turns for a step.
        turns = max(steps, getattr(pipeline, "num_timesteps", steps))
        latents = tensors["latents"]
        report(
            (index + 1) * steps // turns, lambda number: previews.preview(pipeline, latents, number)
        )
        return tensors

    return on_step_end
