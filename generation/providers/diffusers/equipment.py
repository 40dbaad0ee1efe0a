"""Where this process computes and how precisely: chosen by what is there, or told by settings."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from generation.providers.errors import DeviceLost, ProviderError

# Of the container, where there is one (cgroup v2); the root of a machine has no limits there.
CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Equipment:
    device: str  # as torch names it
    precision: str  # fp32, fp16 or bf16
    label: str  # for people: cpu, mps, cuda:0 (NVIDIA H200)

    @property
    def dtype(self) -> Any:
        import torch

        return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[
            self.precision
        ]

    @property
    def is_half(self) -> bool:
        return self.precision != "fp32"

    @property
    def has_own_memory(self) -> bool:
        """Beside the main memory."""
        return self.device.startswith("cuda")

    def memory(self) -> tuple[int, int] | None:
        """Bytes used and there in all: of a CUDA device its own, else the machine's, or what the
        container may have of it."""
        import torch

        if not self.device.startswith("cuda"):
            return _main_memory()
        free, total = torch.cuda.mem_get_info(self.device)
        return total - free, total

    def empty_cache(self) -> None:
        import torch

        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()
        elif self.device == "mps":
            torch.mps.empty_cache()


def choose() -> Equipment:
    """Raises `ProviderError` if the settings ask for a device that is not there, `DeviceLost` if
    this worker was started for a GPU that is gone."""
    # Read when torch is loaded. Threads that spin while they wait for each other take the cores
    # from each other as soon as anything else runs: measured, 20 steps in 45 s instead of 3 s.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    device = settings.DEVICE
    if device in ("auto", "cuda") and _is_gone():
        raise DeviceLost(
            _("The device that draws stopped answering."),
            details=f"No GPU {os.environ['CUDA_VISIBLE_DEVICES']} is there any more.",
        )
    if device == "auto":
        device = _best_device()
    elif not _is_there(device):
        raise ProviderError(
            _("The worker has no device to draw with."),
            code="no_device",
            details=f"PIXAZO_DEVICE is {device}, which torch {torch.__version__} does not find.",
        )
    precision = settings.PRECISION
    if precision == "auto":
        precision = _best_precision(device)
    label = device
    if device.startswith("cuda"):
        label = f"{device} ({torch.cuda.get_device_name(device)})"
    return Equipment(device, precision, label)


def _is_gone() -> bool:
    """Whether this worker was pinned to a GPU (see `pixazo.programs`) that is not there now. The
    CPU would take minutes for a picture, where another worker's GPU takes seconds."""
    import torch

    is_pinned = bool(settings.WORKER and os.environ.get("CUDA_VISIBLE_DEVICES"))
    # A torch that was built without CUDA never had one.
    return is_pinned and torch.backends.cuda.is_built() and not torch.cuda.is_available()


def _best_device() -> str:
    return next(device for device in ("cuda", "mps", "cpu") if _is_there(device))


def _is_there(device: str) -> bool:
    import torch

    if device.startswith("cuda"):
        _, _, number = device.partition(":")
        return torch.cuda.is_available() and int(number or 0) < torch.cuda.device_count()
    return device == "cpu" or (device == "mps" and torch.backends.mps.is_available())


def _best_precision(device: str) -> str:
    """On CPUs fp32 was measured to be the fastest; bf16 has fp32's range, so nothing overflows."""
    import torch

    if device.startswith("cuda"):
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    return "fp16" if device == "mps" else "fp32"


def _main_memory() -> tuple[int, int] | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    sizes = {
        name: int(rest.split()[0]) * 1024 for name, _, rest in (x.partition(":") for x in lines)
    }
    machine = sizes["MemTotal"] - sizes["MemAvailable"], sizes["MemTotal"]
    return _of_container(machine[1]) or machine


def _of_container(machine: int) -> tuple[int, int] | None:
    """None where it may have all of the machine's."""
    try:
        limit = (CGROUP / "memory.max").read_text().strip()
        if not limit.isdigit() or int(limit) >= machine:
            return None
        stat = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
        used = int((CGROUP / "memory.current").read_text()) - int(stat.get("inactive_file", 0))
    except (OSError, ValueError):
        return None
    return used, int(limit)
