"""Which requests of a call may be drawn in one go without one changing another's picture."""

from collections.abc import Sequence
from typing import Any

from generation.providers.base import ImageRequest, Preview, Report
from generation.providers.diffusers import modes, prompts

Places = tuple[int, ...]  # of requests in their call


def parts(pipeline: Any, requests: Sequence[ImageRequest]) -> list[Places]:
    """The places of the requests, divided so that each part can be one call of the pipeline."""
    found: dict[Any, list[int]] = {}
    for place, request in enumerate(requests):
        key = (place,) if _is_alone(pipeline, request) else _kind(pipeline, request)
        found.setdefault(key, []).append(place)
    return [tuple(places) for places in found.values()]


class Part:
    """The report of some requests' drawing as a part of the whole call's.

    `begins` and `ends` are shares of the whole, from 0 to 1.
    """

    def __init__(
        self, report: Report, places: Places, steps: int, begins: float, ends: float
    ) -> None:
        self.report = report
        self.places = places
        self.steps = steps
        self.begins = begins
        self.ends = ends

    def __call__(self, step: int, preview: Preview | None = None) -> None:
        share = self.begins + (self.ends - self.begins) * step / self.steps
        # Step 0 says that drawing begins: it is said only once.
        self.report(max(1, int(share * self.steps + 1e-6)), self._mine(preview))

    def sent(self, number: int, remote_id: str) -> None:
        self.report.sent(self.places[number], remote_id)

    def _mine(self, preview: Preview | None) -> Preview | None:
        if preview is None:
            return None
        return lambda place: preview(self.places.index(place)) if place in self.places else None


def one_by_one(report: Report, count: int, steps: int) -> list[Part]:
    """A report for each of `count` requests that are drawn one after another."""
    return [
        Part(report, (place,), steps, place / count, (place + 1) / count) for place in range(count)
    ]


def _kind(pipeline: Any, request: ImageRequest) -> tuple[Any, ...]:
    # SDXL takes no negative prompt for another thing than an empty one.
    zeros = bool(pipeline.config.get("force_zeros_for_empty_prompt"))
    return (
        request.mode,
        request.width,
        request.height,
        request.num_inference_steps,
        request.guidance_scale,
        request.strength,
        request.scheduler,
        request.loras,
        prompts.is_special(pipeline, request),
        bool(request.negative_prompt) if zeros else None,
    )


def _is_alone(pipeline: Any, request: ImageRequest) -> bool:
    """Long prompts would lengthen the others'; pictures to look at are the whole call's."""
    if request.references or prompts.is_long(pipeline, request.prompt):
        return True
    if prompts.is_long(pipeline, request.negative_prompt):
        return True
    return request.mode == "image" and not modes.draws_over(pipeline, request.family)
