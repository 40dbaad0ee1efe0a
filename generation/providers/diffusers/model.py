"""A loaded model: one set of weights, and a pipeline around it for each mode asked for."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest
from generation.providers.diffusers import loading, loras, modes, options, tuning, warming
from generation.providers.diffusers.equipment import Equipment
from generation.providers.diffusers.options import Options
from generation.providers.diffusers.parking import Place
from generation.providers.errors import ModelTrouble


@dataclass
class Model:
    pipeline: Any
    family: str
    options: Options
    equipment: Equipment
    told: tuple[Any, ...] = ()  # what it was loaded by: otherwise told, it is loaded anew
    size: int = 0  # bytes of weights
    used: float = field(default_factory=time.monotonic)
    pipelines: dict[str, Any] = field(default_factory=dict)
    place: Place | None = None  # in main memory, once it has been there

    def pipeline_for(self, mode: str) -> Any:
        """Raises `ProviderError` if the model has no such mode."""
        if mode not in self.pipelines:
            made = modes.pipeline_for(self.pipeline, mode, self.family)
            if self.options.offload == "model" and made is not self.pipeline:
                made.enable_model_cpu_offload(device=self.equipment.device)
            self.pipelines[mode] = made
        return self.pipelines[mode]

    def is_as(self, request: ImageRequest) -> bool:
        """Loaded as it is asked for now, from the files that are there now."""
        return self.told == _told(request) and loading.is_current(self.pipeline)

    @property
    def can_park(self) -> bool:
        """Whether its weights can rest elsewhere: those that are offloaded do so anyway."""
        is_plain = self.options.offload == "none" and self.options.quantisation == "none"
        return is_plain and self.equipment.has_own_memory

    def park(self) -> None:
        loras.take_off(self.pipeline)
        self.place = self.place or Place(self.pipeline)
        self.place.leave()


def load(request: ImageRequest, equipment: Equipment) -> Model:
    """Raises `ModelTrouble`, or `OutOfMemory` if there is no room for it."""
    chosen = _options(request)
    pipeline = loading.load(request, tuning.equipment_for_loading(chosen, equipment))
    tuning.tune(pipeline, chosen, equipment)
    if chosen.compile != "none":
        sizes = chosen.compile_sizes or ((request.width, request.height),)
        tuning.attempt("compile", chosen.compile, lambda: warming.warm(pipeline, request, sizes))
    precision = chosen.dtype or equipment.precision
    return Model(
        pipeline=pipeline,
        family=request.family,
        options=chosen,
        equipment=replace(equipment, precision=precision),
        told=_told(request),
        size=weights_size(pipeline),
    )


def weights_size(pipeline: Any) -> int:
    """Bytes, as they are now: what is quantised counts less."""
    import torch

    modules = {part for part in pipeline.components.values() if isinstance(part, torch.nn.Module)}
    return sum(
        tensor.nbytes
        for module in modules
        for tensors in (module.parameters(), module.buffers())
        for tensor in tensors
    )


def _told(request: ImageRequest) -> tuple[Any, ...]:
    return request.family, request.weights_sha256, _options(request)


def _options(request: ImageRequest) -> Options:
    """The model's own, over those of all models on this worker."""
    try:
        return options.parse({**settings.OPTIONS, **request.options})
    except ValueError as error:
        raise ModelTrouble(
            _("This model's options can't be read."), code="options", details=str(error)
        ) from None
