"""Draws with diffusers on this machine's CPU or GPU. The only package that may import torch."""

import gc
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from generation.providers.base import ImageRequest, Picture, Report
from generation.providers.diffusers import drawing, equipment, loading, versions
from generation.providers.errors import OutOfMemory

log = logging.getLogger(__name__)

# Pipelines in memory: the latest two, so that two people with two models don't load all day.
KEEP = 2


class Provider:
    """See `providers.base.Provider`."""

    def __init__(self) -> None:
        self.equipment = equipment.choose()
        self.pipelines: OrderedDict[str, Any] = OrderedDict()  # latest used last

    @property
    def device(self) -> str:
        return self.equipment.label

    @property
    def precision(self) -> str:
        return self.equipment.precision

    @property
    def loaded(self) -> tuple[str, ...]:
        return tuple(reversed(self.pipelines))

    @property
    def memory(self) -> tuple[int, int] | None:
        return self.equipment.memory()

    def tidy(self) -> None:
        """Everything loaded stays: the latest two."""

    def generate(self, requests: Sequence[ImageRequest], report: Report) -> list[Picture]:
        pipeline = self.pipeline(requests[0])
        report(0)
        images = self.draw(pipeline, requests, report)
        made_by = {
            "scheduler": type(pipeline.scheduler).__name__,
            "pipeline": type(pipeline).__name__,
            "device": self.device,
            "precision": self.precision,
            "libraries": versions.of_libraries(),
        }
        return [Picture(image, made_by) for image in images]

    def draw(self, pipeline: Any, requests: Sequence[ImageRequest], report: Report) -> list[Any]:
        """All in one call; where memory is too small for that, one by one, and sparingly."""
        try:
            return drawing.draw(pipeline, requests, report)
        except OutOfMemory:
            if not self.free(pipeline):
                raise
            log.warning("Out of memory with %s: trying again sparingly.", requests[0].address)
        images: list[Any] = []
        for number, request in enumerate(requests):
            images += drawing.draw(pipeline, [request], drawing.Part(report, number, requests))
        return images

    def pipeline(self, request: ImageRequest) -> Any:
        """The loaded pipeline; the one that was used longest ago makes room."""
        address = request.address
        if address not in self.pipelines:
            while len(self.pipelines) >= KEEP:
                self.pipelines.popitem(last=False)
            self.collect()
            self.pipelines[address] = self.load(request)
        self.pipelines.move_to_end(address)
        return self.pipelines[address]

    def load(self, request: ImageRequest) -> Any:
        try:
            return loading.load(request, self.equipment)
        except OutOfMemory:
            if not self.pipelines:
                raise
            self.pipelines.clear()
            self.collect()
        return loading.load(request, self.equipment)

    def free(self, pipeline: Any) -> bool:
        """Make room: other models go, this one decodes in parts. False if it did already."""
        for address, other in list(self.pipelines.items()):
            if other is not pipeline:
                del self.pipelines[address]
        self.collect()
        vae = getattr(pipeline, "vae", None)
        if vae is None or getattr(vae, "use_tiling", False) or not hasattr(vae, "enable_tiling"):
            return False
        vae.enable_tiling()
        vae.enable_slicing()
        return True

    def collect(self) -> None:
        gc.collect()
        self.equipment.empty_cache()
