"""The only place that finds this machine's GPUs: without torch, so that the parent of the workers
stays light and no child inherits a device that is already open.

A GPU that is cut into parts (NVIDIA's MIG) counts as its parts: CUDA opens one of them a process.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

SMI = ("nvidia-smi", "--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits")
SMI_PARTS = ("nvidia-smi", "-L")
SMI_SECONDS = 10.0
MIB = 1024 * 1024
# "GPU 0: NVIDIA H200 (UUID: GPU-...)", and below it "  MIG 3g.71gb  Device  0: (UUID: MIG-...)".
SMI_GPU = re.compile(r"GPU (\d+): (.*) \(UUID: ")
SMI_PART = re.compile(r"\s+MIG (\S+)\s+Device\s+\d+: \(UUID: (MIG-[^)\s]+)\)")


class NoSuchGpu(Exception):
    """A GPU was asked for that is not there; the sentence says which there are."""


@dataclass(frozen=True)
class Gpu:
    """`number` as CUDA_VISIBLE_DEVICES takes it: an index, or the id of a device or of its part.

    `whole` is the index of the GPU that this is a part of, if it is one.
    """

    number: str
    model: str = ""
    memory: int | None = None  # bytes
    whole: str = ""

    @property
    def is_part(self) -> bool:
        return self.number.startswith("MIG-")

    def __str__(self) -> str:
        size = f", {self.memory / 1024**3:.0f} GiB" if self.memory else ""
        what = f"Part of GPU {self.whole}," if self.whole else "GPU"
        return f"{what} {self.number}{f' ({self.model}{size})' if self.model else ''}"


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
    # CUDA itself stops at the first that is not there, such as the customary -1.
    names = [name.strip() for name in allowed.split(",")]
    end = next((at for at, name in enumerate(names) if name in ("", "-1")), len(names))
    return _once(gpu for name in names[:end] for gpu in _named(there, name) or [Gpu(name)])


def chosen(there: Sequence[Gpu], numbers: Sequence[str]) -> list[Gpu]:
    """Those that a person names; raises `NoSuchGpu`."""
    found = {number: _named(there, number) for number in numbers}
    if missing := [number for number, named in found.items() if not named]:
        named = ", ".join(gpu.number for gpu in there) or "none"
        raise NoSuchGpu(f"There is no GPU {', '.join(missing)} here. There is: {named}.")
    return _once(gpu for named in found.values() for gpu in named)


def _named(there: Sequence[Gpu], name: str) -> list[Gpu]:
    """By its number; the parts of the GPU of that number; or a part by the beginning of its id,
    which CUDA takes for the whole."""
    of_number = [gpu for gpu in there if gpu.number == name]
    of_whole = [gpu for gpu in there if name and gpu.whole == name]
    begun = [gpu for gpu in there if name.startswith("MIG-") and gpu.number.startswith(name)]
    return of_number or of_whole or (begun if len(begun) == 1 else [])


def _once(gpus: Iterable[Gpu]) -> list[Gpu]:
    return list({gpu.number: gpu for gpu in gpus}.values())


def by_library() -> list[Gpu]:
    """Through nvidia-ml-py, where it is installed and finds a driver."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # noqa: BLE001  whatever is wrong with driver or library: ask elsewhere
        return []
    try:
        count = range(pynvml.nvmlDeviceGetCount())
        return [gpu for index in count for gpu in _from_library(pynvml, index)]
    except pynvml.NVMLError:
        return []
    finally:
        pynvml.nvmlShutdown()


def _from_library(pynvml: Any, index: int) -> list[Gpu]:
    device = pynvml.nvmlDeviceGetHandleByIndex(index)
    model = str(pynvml.nvmlDeviceGetName(device))
    if _is_cut(pynvml, device):
        # Cut, but not into any parts as yet: nothing can be computed on it.
        return list(_parts(pynvml, device, model, str(index)))
    return [Gpu(str(index), model, int(pynvml.nvmlDeviceGetMemoryInfo(device).total))]


def _is_cut(pynvml: Any, device: Any) -> bool:
    try:
        current, _pending = pynvml.nvmlDeviceGetMigMode(device)
    except pynvml.NVMLError:
        return False  # most GPUs can't be, and say so by this
    return bool(current == pynvml.NVML_DEVICE_MIG_ENABLE)


def _parts(pynvml: Any, device: Any, model: str, index: str) -> Iterator[Gpu]:
    for place in range(pynvml.nvmlDeviceGetMaxMigDeviceCount(device)):
        try:
            part = pynvml.nvmlDeviceGetMigDeviceHandleByIndex(device, place)
        except pynvml.NVMLError_NotFound:
            continue  # fewer parts than there might be
        try:
            name = str(pynvml.nvmlDeviceGetName(part))
        except pynvml.NVMLError:
            name = f"{model} MIG"  # drivers before 470 know no names of parts
        memory = int(pynvml.nvmlDeviceGetMemoryInfo(part).total)
        yield Gpu(str(pynvml.nvmlDeviceGetUUID(part)), name, memory, whole=index)


def by_program() -> list[Gpu]:
    """Through nvidia-smi, which comes with the driver."""
    lines = [[cell.strip() for cell in line.split(",")] for line in _lines(SMI)]
    whole = [
        Gpu(number, model, int(memory) * MIB if memory.isdigit() else None)
        for number, model, memory in (cells for cells in lines if len(cells) == 3)
    ]
    parts = list(_listed_parts(_lines(SMI_PARTS))) if whole else []
    return [each for gpu in whole for each in [p for p in parts if p.whole == gpu.number] or [gpu]]


def _listed_parts(lines: Sequence[str]) -> Iterator[Gpu]:
    index = model = ""
    for line in lines:
        if gpu := SMI_GPU.match(line):
            index, model = gpu.groups()
        elif part := SMI_PART.match(line):
            # The list tells no memory; the profile in the name does.
            yield Gpu(part[2], f"{model} MIG {part[1]}", whole=index)


def _lines(program: Sequence[str]) -> list[str]:
    try:
        answer = subprocess.run(
            program, capture_output=True, text=True, timeout=SMI_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return answer.stdout.splitlines()
