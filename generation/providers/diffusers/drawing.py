"""One call of a pipeline for one or more requests of the same shape."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from PIL.Image import Image, fromarray

from generation.families import FAMILIES
from generation.providers.base import ImageRequest, Report
from generation.providers.diffusers import previews, prompts, soundness
from generation.providers.diffusers.memory import translated
from generation.providers.diffusers.pace import Pace
from generation.providers.errors import ProviderError


@dataclass(frozen=True)
class Drawn:
    image: Image
    is_finite: bool = True  # False: there was something else than a number in it
    remark: str = ""


def draw(pipeline: Any, requests: Sequence[ImageRequest], report: Report) -> list[Drawn]:
    """The pictures in the requests' order. What `report` raises passes through, unharmed."""
    import torch

    understood = inspect.signature(pipeline.__call__).parameters
    watch = _Watch(pipeline, requests[0], report)
    options = (
        _of_the_picture(requests, understood)
        | _of_the_mode(requests, understood)
        | {"callback_on_step_end": watch, "callback_on_step_end_tensor_inputs": ["latents"]}
    )
    try:
        with translated(), _left_ready(pipeline), torch.inference_mode():
            options |= prompts.arguments(pipeline, requests)
            known = {name: value for name, value in options.items() if name in understood}
            made = pipeline(**known).images
            return _checked(made, watch.latents)
    except ValueError as error:
        # diffusers refuses early, with a sentence that names the argument.
        raise ProviderError(
            _("The model refuses these settings."), code="refused_by_model", details=str(error)
        ) from error


@contextmanager
def _left_ready(pipeline: Any) -> Iterator[None]:
    """diffusers empties caches and offloads its parts at the end of a call: one that is cancelled
    or fails does not come there, and the next would draw from what it left."""
    try:
        yield
    except BaseException:
        pipeline.maybe_free_model_hooks()
        raise


def _of_the_picture(requests: Sequence[ImageRequest], understood: Any) -> dict[str, Any]:
    import torch

    first = requests[0]
    options: dict[str, Any] = {
        "width": first.width,
        "height": first.height,
        "num_inference_steps": first.num_inference_steps,
        "guidance_scale": first.guidance_scale,
        # One for each picture, on the CPU: a seed gives the same noise in any company and on
        # any device.
        "generator": [torch.Generator("cpu").manual_seed(each.seed) for each in requests],
        "output_type": "pt",
        # Sana would draw another size and shrink it; the contract says which sizes there are.
        "use_resolution_binning": False,
    }
    if first.family in FAMILIES and FAMILIES[first.family].contract["prompt_tokens"]:
        # What this model was trained to read; the pipeline's default is that of its largest.
        options["max_sequence_length"] = FAMILIES[first.family].contract["prompt_tokens"]
    if "intermediate_timesteps" in understood and first.num_inference_steps != 2:
        options["intermediate_timesteps"] = None
    return options


def _of_the_mode(requests: Sequence[ImageRequest], understood: Any) -> dict[str, Any]:
    first = requests[0]
    if first.mode == "text":
        return _looked_at(first, understood)
    if "strength" not in understood:
        return _looked_at(first, understood, first.source)
    options = {
        "image": [rgb(each.source) for each in requests],
        "strength": at_least_a_step(first),
    }
    if first.mode == "inpaint":
        options["mask_image"] = [_mask(each.mask) for each in requests]
    return options


def _looked_at(
    request: ImageRequest, understood: Any, source: Image | None = None
) -> dict[str, Any]:
    """Pictures that the model looks at while it draws: one to change, or references."""
    pictures = [*([source] if source else []), *request.references]
    if not pictures:
        return {}
    if "image" not in understood:
        raise ProviderError(
            _("This model can't look at reference pictures."), code="references_unknown"
        )
    return {"image": [rgb(picture) for picture in pictures]}


def at_least_a_step(request: ImageRequest) -> float:
    """Strength is the share of the steps that is drawn: so little of few would be none."""
    strength = 1.0 if request.strength is None else request.strength
    # A trifle more, since diffusers cuts off and 0.29 * 100 is a little less than 29.
    return min(1.0, max(strength, 1 / request.num_inference_steps) + 1e-9)


class _Watch:
    """diffusers' callback after each step: reports it and remembers the latents."""

    def __init__(self, pipeline: Any, request: ImageRequest, report: Report) -> None:
        self.steps = request.num_inference_steps
        self.size = request.width, request.height
        self.pace = Pace(report, str(pipeline._execution_device))  # noqa: SLF001
        self.latents: Any = None

    def __call__(
        self, pipeline: Any, index: int, timestep: Any, tensors: dict[str, Any]
    ) -> dict[str, Any]:
        self.latents = tensors["latents"]
        # Some schedulers take two turns for a step; a source leaves out the first steps.
        turns = getattr(pipeline, "num_timesteps", None) or self.steps
        step = max(1, min(self.steps, (index + 1) * self.steps // turns))
        self.pace.step(
            step,
            index + 1 >= turns,
            lambda: previews.preview_of(pipeline, self.latents, self.size),
        )
        return tensors


def _checked(made: Any, latents: Any) -> list[Drawn]:
    """Pictures of pixels from 0 to 1. Their numbers are looked at here: as a picture, what is not
    a number is only black."""
    import torch

    if not isinstance(made, torch.Tensor):
        return [Drawn(image) for image in made]
    finite = soundness.are_finite(made)
    if latents is not None and latents.shape[0] == len(finite):
        # The decoder's end cuts infinite ones off.
        finite = [a and b for a, b in zip(finite, soundness.are_finite(latents), strict=True)]
    levels = (made.float() * 255).round().clamp(0, 255).to(torch.uint8)
    pictures = levels.permute(0, 2, 3, 1).cpu().numpy()
    return [
        Drawn(fromarray(each), is_finite) for each, is_finite in zip(pictures, finite, strict=True)
    ]


def rgb(image: Image | None) -> Image:
    if image is None:
        raise ProviderError(_("The picture to start from is missing."), code="no_source")
    return image.convert("RGB")


def _mask(image: Image | None) -> Image:
    if image is None:
        raise ProviderError(_("The mask is missing."), code="no_mask")
    return image.convert("L")
