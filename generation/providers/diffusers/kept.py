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
        unused = [
            (place, address)
            for place in (self.models, self.parked)
            for address, model in place.items()
            if model.used < limit
        ]
        for place, address in unused:
            log.info("%s was not used for long and leaves the memory.", address)
            del place[address]
        if unused:
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
            0 < settings.KEEP_MODELS <= len(self.models)
            or _bytes(self.models) + self.sizes.get(address, 0) > self._limit()
        ):
            self._drop_oldest(address)
        self.collect()

    def _make_room_around(self) -> None:
        """After it: the new one stays, whatever its size."""
        while len(self.models) > 1 and _bytes(self.models) > self._limit():
            self._drop_oldest()
            self.collect()

    def _drop_oldest(self, wanted: str = "") -> None:
        """Into main memory where there is a place for it beside the one that is wanted next."""
        address, model = self.models.popitem(last=False)
        if model.can_park and self._has_place(model, wanted):
            model.park()
            self.parked[address] = model

    def _has_place(self, model: Model, wanted: str) -> bool:
        """Makes one if it can. The copies that models left behind when they came back count too,
        and go first: they only save time when those leave again."""
        room = settings.PARK_GB * GB - model.size
        others = [address for address in self.parked if address != wanted]
        if _bytes(self.parked) - sum(self.parked[each].size for each in others) > room:
            return False
        returned = [each for each in self.models.values() if each.place]
        while _bytes(self.parked) + sum(each.size for each in returned) > room:
            if returned:
                returned.pop(0).place = None
            else:
                del self.parked[others.pop(0)]
        return True

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
