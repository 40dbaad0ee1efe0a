"""A stand-in for NVIDIA's driver below its own Python library, which is run as it is: what the
library would call of `libnvidia-ml.so` is answered here."""

from typing import NamedTuple

SUCCESS, NOT_SUPPORTED, NOT_FOUND = 0, 3, 6
GIB = 1024**3


class Card(NamedTuple):
    """`parts` is None for a GPU that can't be cut, [] for one that is cut into none as yet."""

    name: str
    gib: int
    uuid: str = ""
    parts: list | None = None
    most_parts: int = 7


class Driver:
    def __init__(self, *cards):
        self.cards = cards

    def install(self, monkeypatch, pynvml):
        monkeypatch.setattr(pynvml, "_LoadNvmlLibrary", lambda: None)
        monkeypatch.setattr(pynvml, "_nvmlGetFunctionPointer", lambda name: getattr(self, name))

    def nvmlInitWithFlags(self, flags):
        return SUCCESS

    def nvmlShutdown(self):
        return SUCCESS

    def nvmlDeviceGetCount_v2(self, count):
        count._obj.value = len(self.cards)
        return SUCCESS

    def nvmlDeviceGetHandleByIndex_v2(self, index, device):
        device._obj.card = self.cards[index.value]
        return SUCCESS

    def nvmlDeviceGetName(self, device, buffer, size):
        buffer.value = device.card.name.encode()
        return SUCCESS

    def nvmlDeviceGetUUID(self, device, buffer, size):
        buffer.value = device.card.uuid.encode()
        return SUCCESS

    def nvmlDeviceGetMemoryInfo(self, device, memory):
        memory._obj.total = device.card.gib * GIB
        return SUCCESS

    def nvmlDeviceGetMigMode(self, device, current, pending):
        if device.card.parts is None:
            return NOT_SUPPORTED
        # Switched off again at the next start, which is not now.
        current._obj.value, pending._obj.value = 1, 0
        return SUCCESS

    def nvmlDeviceGetMaxMigDeviceCount(self, device, count):
        count._obj.value = device.card.most_parts
        return SUCCESS

    def nvmlDeviceGetMigDeviceHandleByIndex(self, device, place, part):
        # Parts keep their places when one before them is taken away.
        card = dict(enumerate(device.card.parts)).get(place.value)
        if card is None:
            return NOT_FOUND
        part._obj.card = card
        return SUCCESS
