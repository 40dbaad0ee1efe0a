"""Weights that leave the device rest in main memory and come back without being read again.

The memory is pinned: from there a GPU fetches by itself, several times as fast as from other.
Staying there costs nothing twice: weights never change, so the copy is made once.
"""

from collections.abc import Iterator
from typing import Any


class Place:
    """The place in main memory of one pipeline's weights."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        self.copies: list[Any] = []

    def leave(self) -> None:
        """Off the device. What the LoRAs added must be gone before."""
        tensors = list(_weights(self.pipeline))
        self.copies = self.copies or [_copy(tensor) for tensor in tensors]
        for tensor, copy in zip(tensors, self.copies, strict=True):
            tensor.data = copy

    def come_back(self, device: str) -> None:
        import torch

        for tensor, copy in zip(_weights(self.pipeline), self.copies, strict=True):
            tensor.data = copy.to(device, non_blocking=True)
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)


def _weights(pipeline: Any) -> Iterator[Any]:
    """Parameters and buffers, each once, always in the same order."""
    import torch

    seen: set[int] = set()
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            for tensor in (*part.parameters(), *part.buffers()):
                if id(tensor) not in seen:
                    seen.add(id(tensor))
                    yield tensor


def _copy(tensor: Any) -> Any:
    import torch

    copy = torch.empty_like(tensor, device="cpu", pin_memory=torch.cuda.is_available())
    return copy.copy_(tensor.detach())
