"""The models in memory: loaded at first use, kept while there is room, gone when long unused."""

import gc
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping

from django.conf import settings

from generation.providers.base import ImageRequest
from generation.providers.diffusers.equipment import Equipment
from generation.providers.diffusers.memory import translated
from generation.providers.diffusers.model import Model, load
from generation.providers.errors import OutOfMemory

log = logging.getLogger(__name__)

GB = 10**9
# Of the memory, where no limit is set: what is left is for the pictures themselves.
SHARE = 0.7


class Kept:
    def __init__(self, equipment: Equipment) -> None:
        self.equipment = equipment
        self.models: OrderedDict[str, Model] = OrderedDict()  # latest used last
        self.parked: OrderedDict[str, Model] = OrderedDict()  # in main memory, latest last
        # Of every model that was ever loaded, so that room is made before it comes again.
        self.sizes: dict[str, int] = {}

    @property
    def addresses(self) -> tuple[str, ...]:
        """Latest used first."""
        return tuple(reversed(self.models))

    def model(self, request: ImageRequest) -> Model:
        """Loaded if it was not; those used longest ago make room."""
        address = request.address
        if address not in self.models or not self.models[address].is_as(request):
            # A reference left here would keep its memory from being free.
            self.models.pop(address, None)
            self._make_room(address)
            self.models[address] = self._fetched(request) or self._load(request)
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
        for place in (self.models, self.parked):
            for address in [each for each, model in place.items() if model.used < limit]:
                log.info("%s was not used for long and leaves the memory.", address)
                del place[address]
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

    def _make_room(self, address: str) -> None:
        """Before the loading; of a model that is new here the size is not known yet."""
        while self.models and (
            len(self.models) >= max(1, settings.KEEP_MODELS)
            or _bytes(self.models) + self.sizes.get(address, 0) > self._limit()
        ):
            self._drop_oldest()
        self.collect()

    def _make_room_around(self) -> None:
        """After it: the new one stays, whatever its size."""
        while len(self.models) > 1 and _bytes(self.models) > self._limit():
            self._drop_oldest()
            self.collect()

    def _drop_oldest(self) -> None:
        """Into main memory where there is a place for it."""
        address, model = self.models.popitem(last=False)
        room = settings.PARK_GB * GB
        if model.size > room or not model.can_park:
            return
        while self.parked and _bytes(self.parked) + model.size > room:
            self.parked.popitem(last=False)
        model.park()
        self.parked[address] = model

    def _fetched(self, request: ImageRequest) -> Model | None:
        """The model from main memory, if it is there."""
        model = self.parked.pop(request.address, None)
        if model is None or not model.is_as(request):
            return None
        assert model.place is not None
        try:
            with translated():
                model.place.come_back(self.equipment.device)
        except OutOfMemory:
            return None  # it is loaded, and room made for it, as if it had never been here
        return model

    def _limit(self) -> float:
        if settings.KEEP_GB > 0:
            return settings.KEEP_GB * GB
        memory = self.equipment.memory()
        return memory[1] * SHARE if memory else float("inf")

    def _load(self, request: ImageRequest) -> Model:
        try:
            return self._loaded_anew(request)
        except OutOfMemory:
            if not self.models:
                raise
        # Outside the except: the error holds on to what was loaded so far.
        self.models.clear()
        self.collect()
        return self._loaded_anew(request)

    def _loaded_anew(self, request: ImageRequest) -> Model:
        model = load(request, self.equipment)
        self.sizes[request.address] = model.size
        return model


def _bytes(models: Mapping[str, Model]) -> int:
    return sum(model.size for model in models.values())
