"""Several single-threaded processes that train one model: on busy cores better than threads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch import distributed as dist
from torch import multiprocessing as mp


@dataclass(frozen=True, slots=True)
class Team:
    """This process's number and how many there are; alone, nothing is shared."""

    rank: int = 0
    size: int = 1

    def agree(self, number: float) -> float:
        """The mean of a number over the team."""
        shared = torch.tensor([number], dtype=torch.float64)
        self.add_up([shared], 1 / self.size)
        return float(shared)

    def add_up(self, tensors: list[Tensor], scale: float = 1.0) -> None:
        """Replace each tensor by its sum over the team, times the scale."""
        if self.size == 1:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        dist.all_reduce(flat)
        parts = flat.mul_(scale).split([tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.view(tensor.shape))


def run(size: int, work: Callable[[Team], None]) -> None:
    """Do the work in so many processes (a picklable function), each with one thread."""
    if size == 1:
        work(Team())
        return
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder, "meeting").as_uri()
        mp.start_processes(_member, (size, meeting, work), nprocs=size, start_method="spawn")


def _member(rank: int, size: int, meeting: str, work: Callable[[Team], None]) -> None:
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=size)
    try:
        work(Team(rank, size))
    finally:
        dist.destroy_process_group()
