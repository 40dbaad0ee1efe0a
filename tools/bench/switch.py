"""How long a model takes that comes back to a GPU from pinned main memory, beside the bare copy."""

import time
from typing import Any

from tools.bench.table import median, milliseconds

ROUNDS = 5


def row(name: str, pipeline: Any, equipment: Any) -> list[object]:
    """Name, gigabytes, the model's time, that of one copy of as many bytes, and their ratio."""
    from generation.providers.diffusers.model import weights_size
    from generation.providers.diffusers.parking import Place

    size = weights_size(pipeline)
    place = Place(pipeline)
    seconds = []
    for _ in range(ROUNDS):
        place.leave()
        begin = time.perf_counter()
        place.come_back(equipment.device)
        seconds.append(time.perf_counter() - begin)
    floor, taken = _copy(size, equipment.device), median(seconds)
    return [
        name,
        f"{size / 1e9:.1f}",
        milliseconds(taken),
        milliseconds(floor),
        f"{taken / floor:.2f}x",
    ]


def _copy(size: int, device: str) -> float:
    """Seconds that as many bytes take in one piece."""
    import torch

    source = torch.empty(size, dtype=torch.uint8, pin_memory=True)
    seconds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        source.to(device, non_blocking=True)
        torch.cuda.synchronize(device)
        seconds.append(time.perf_counter() - begin)
    return median(seconds)
