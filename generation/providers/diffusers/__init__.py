"""Draws with diffusers on this machine's CPU or GPU. The only package that may import torch."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from generation.providers.base import ImageRequest, Picture, Report
from generation.providers.diffusers import company, equipment, making, tuning
from generation.providers.diffusers.company import Part
from generation.providers.diffusers.kept import Kept
from generation.providers.diffusers.memory import translated
from generation.providers.diffusers.model import Model
from generation.providers.errors import OutOfMemory

log = logging.getLogger(__name__)


class Provider:
    """See `providers.base.Provider`."""

    def __init__(self) -> None:
        self.equipment = equipment.choose()
        self.kept = Kept(self.equipment)

    @property
    def device(self) -> str:
        return self.equipment.label

    @property
    def precision(self) -> str:
        return self.equipment.precision

    @property
    def loaded(self) -> tuple[str, ...]:
        return self.kept.addresses

    @property
    def memory(self) -> tuple[int, int] | None:
        return self.equipment.memory()

    def tidy(self) -> None:
        self.kept.tidy()

    def pipeline(self, request: ImageRequest) -> Any:
        """The loaded pipeline that draws from text."""
        return self.kept.model(request).pipeline

    def generate(self, requests: Sequence[ImageRequest], report: Report) -> list[Picture]:
        # Around all of it: a device may be lost while a model is loaded or memory emptied, too.
        with translated():
            return self._generate(requests, report)

    def _generate(self, requests: Sequence[ImageRequest], report: Report) -> list[Picture]:
        model = self.kept.model(requests[0])
        report(0)
        pictures: dict[int, Picture] = {}
        for places in company.parts(model.pipeline, requests):
            asked = [requests[place] for place in places]
            part = self._part(report, places, requests, len(pictures))
            pictures |= zip(places, self._make(model, asked, part), strict=True)
        return [pictures[place] for place in range(len(requests))]

    def _part(
        self, report: Report, places: company.Places, requests: Sequence[ImageRequest], done: int
    ) -> Report:
        count, steps = len(requests), requests[0].num_inference_steps
        if len(places) == count:
            return report
        return Part(report, places, steps, done / count, (done + len(places)) / count)

    def _make(
        self, model: Model, requests: Sequence[ImageRequest], report: Report
    ) -> list[Picture]:
        """All in one call; where memory is too small for that, one by one; and where it is too
        small for one, sparingly, which changes the picture a little."""
        try:
            return making.make(model, requests, report, model.options)
        except OutOfMemory:
            log.warning("Out of memory with %s: trying again with less.", requests[0].address)
        # Outside the except: the error holds on to what filled the memory.
        self.kept.only(model)
        if len(requests) == 1:
            sparing = replace(model.options, tiling=True, slicing=True)
            with tuning.sparingly(model.pipeline):
                return making.make(model, requests, report, sparing)
        alone = company.one_by_one(report, len(requests), requests[0].num_inference_steps)
        return [
            picture
            for request, part in zip(requests, alone, strict=True)
            for picture in self._make(model, [request], part)
        ]
