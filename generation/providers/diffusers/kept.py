"""The models in memory: loaded at first use, kept while there is room, gone when long unused."""

import gc
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from generation.providers.base import ImageRequest
from generation.providers.diffusers import loading, modes, options, tuning
from generation.providers.diffusers.equipment import Equipment
from generation.providers.diffusers.options import Options
from generation.providers.errors import ModelTrouble, OutOfMemory

log = logging.getLogger(__name__)

GB = 10**9
# Of the memory, where no limit is set: what is left is for the pictures themselves.
SHARE = 0.7


@dataclass
class Model:
    """A loaded model: one set of weights, and a pipeline around it for each mode asked for."""

    pipeline: Any
    family: str
    options: Options
    equipment: Equipment
    told: tuple[Any, ...] = ()  # what it was loaded by: otherwise told, it is loaded anew
    size: int = 0  # bytes of weights
    used: float = field(default_factory=time.monotonic)
    pipelines: dict[str, Any] = field(default_factory=dict)

    def pipeline_for(self, mode: str) -> Any:
        """Raises `ProviderError` if the model has no such mode."""
        if mode not in self.pipelines:
            made = modes.pipeline_for(self.pipeline, mode, self.family)
            if self.options.offload == "model" and made is not self.pipeline:
                made.enable_model_cpu_offload(device=self.equipment.device)
            self.pipelines[mode] = made
        return self.pipelines[mode]


class Kept:
    def __init__(self, equipment: Equipment) -> None:
        self.equipment = equipment
        self.models: OrderedDict[str, Model] = OrderedDict()  # latest used last
        # Of every model that was ever loaded, so that room is made before it comes again.
        self.sizes: dict[str, int] = {}

    @property
    def addresses(self) -> tuple[str, ...]:
        """Latest used first."""
        return tuple(reversed(self.models))

    def model(self, request: ImageRequest) -> Model:
        """Loaded if it was not; those used longest ago make room."""
        address = request.address
        if not self._has(request):
            # A reference left here would keep its memory from being free.
            self.models.pop(address, None)
            self._make_room(address)
            self.models[address] = self._load(request)
            self._make_room_around()
        self.models.move_to_end(address)
        model = self.models[address]
        model.used = time.monotonic()
        return model

    def tidy(self) -> None:
        """What was not used for so long may leave the memory."""
        if settings.KEEP_SECONDS <= 0:
            return
        limit = time.monotonic() - settings.KEEP_SECONDS
        idle = [address for address, model in self.models.items() if model.used < limit]
        for address in idle:
            log.info("%s was not used for long and leaves the memory.", address)
            del self.models[address]
        if idle:
            self.collect()

    def only(self, model: Model) -> None:
        """All others leave the memory."""
        for address, other in list(self.models.items()):
            if other is not model:
                del self.models[address]
        self.collect()

    def collect(self) -> None:
        gc.collect()
        self.equipment.empty_cache()

    def _has(self, request: ImageRequest) -> bool:
        """Loaded as it is asked for now, from the files that are there now."""
        model = self.models.get(request.address)
        return (
            model is not None
            and model.told == _told(request)
            and loading.is_current(model.pipeline)
        )

    def _make_room(self, address: str) -> None:
        """Before the loading; of a model that is new here the size is not known yet."""
        while self.models and (
            len(self.models) >= max(1, settings.KEEP_MODELS)
            or self._bytes() + self.sizes.get(address, 0) > self._limit()
        ):
            self.models.popitem(last=False)
        self.collect()

    def _make_room_around(self) -> None:
        """After it: the new one stays, whatever its size."""
        while len(self.models) > 1 and self._bytes() > self._limit():
            self.models.popitem(last=False)
            self.collect()

    def _bytes(self) -> int:
        return sum(model.size for model in self.models.values())

    def _limit(self) -> float:
        if settings.KEEP_GB > 0:
            return settings.KEEP_GB * GB
        memory = self.equipment.memory()
        return memory[1] * SHARE if memory else float("inf")

    def _load(self, request: ImageRequest) -> Model:
        try:
            return self._loaded(request)
        except OutOfMemory:
            if not self.models:
                raise
        # Outside the except: the error holds on to what was loaded so far.
        self.models.clear()
        self.collect()
        return self._loaded(request)

    def _loaded(self, request: ImageRequest) -> Model:
        chosen = _options(request)
        pipeline = loading.load(request, tuning.equipment_for_loading(chosen, self.equipment))
        tuning.tune(pipeline, chosen, self.equipment)
        precision = chosen.dtype or self.equipment.precision
        model = Model(
            pipeline=pipeline,
            family=request.family,
            options=chosen,
            equipment=replace(self.equipment, precision=precision),
            told=_told(request),
            size=weights_size(pipeline),
        )
        self.sizes[request.address] = model.size
        return model


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
    try:
        return options.parse(request.options)
    except ValueError as error:
        raise ModelTrouble(
            "This model's options can't be read.", code="options", details=str(error)
        ) from None
