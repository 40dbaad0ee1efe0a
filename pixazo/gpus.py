"""The only place that finds this machine's GPUs: without torch, so that the parent of the workers
stays light and no child inherits a device that is already open."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

SMI = ("nvidia-smi", "--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits")
SMI_SECONDS = 10.0
MIB = 1024 * 1024


class NoSuchGpu(Exception):
    """A GPU was asked for that is not there; the sentence says which there are."""


@dataclass(frozen=True)
class Gpu:
    """`number` as CUDA_VISIBLE_DEVICES takes it: an index, or the id of a device or of its part."""

    number: str
    model: str = ""
    memory: int | None = None  # bytes

    def __str__(self) -> str:
        size = f", {self.memory / 1024**3:.0f} GiB" if self.memory else ""
        return f"GPU {self.number}{f' ({self.model}{size})' if self.model else ''}"


def gpus() -> list[Gpu]:
    """Those that this process may use, in the order of the bus; none where models run on the CPU.

    CUDA_VISIBLE_DEVICES narrows them, as it does for every program. Asked in turn: NVIDIA's
    library, its program, and at last that list itself.
    """
    if settings.DEVICE not in ("auto", "cuda"):
        return []  # told where to compute: one worker, and nothing to be shared out
    there = by_library() or by_program()
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if allowed is None:
        return there
    known = {gpu.number: gpu for gpu in there}
    # CUDA itself stops at the first that is not there, such as the customary -1.
    names = [name.strip() for name in allowed.split(",")]
    end = next((at for at, name in enumerate(names) if name in ("", "-1")), len(names))
    return [known.get(name, Gpu(name)) for name in names[:end]]


def chosen(there: Sequence[Gpu], numbers: Sequence[str]) -> list[Gpu]:
    """Those that a person names; raises `NoSuchGpu`."""
    known = {gpu.number: gpu for gpu in there}
    if missing := [number for number in numbers if number not in known]:
        named = ", ".join(known) or "none"
        raise NoSuchGpu(f"There is no GPU {', '.join(missing)} here. There is: {named}.")
    return [known[number] for number in dict.fromkeys(numbers)]


def by_library() -> list[Gpu]:
    """Through nvidia-ml-py, where it is installed and finds a driver."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # noqa: BLE001  whatever is wrong with driver or library: ask elsewhere
        return []
    try:
        return [_from_library(pynvml, index) for index in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        return []
    finally:
        pynvml.nvmlShutdown()


def _from_library(pynvml: Any, index: int) -> Gpu:
    device = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory = int(pynvml.nvmlDeviceGetMemoryInfo(device).total)
    return Gpu(str(index), str(pynvml.nvmlDeviceGetName(device)), memory)


def by_program() -> list[Gpu]:
    """Through nvidia-smi, which comes with the driver."""
    try:
        answer = subprocess.run(
            SMI, capture_output=True, text=True, timeout=SMI_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    lines = [[cell.strip() for cell in line.split(",")] for line in answer.splitlines()]
    return [
        Gpu(number, model, int(memory) * MIB if memory.isdigit() else None)
        for number, model, memory in (cells for cells in lines if len(cells) == 3)
    ]
