"""How the libraries say that memory is used up, or that the device is gone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from generation.providers.errors import DeviceLost, OutOfMemory

# CPU and Apple's MPS raise plain RuntimeErrors with these words; cuBLAS and cuDNN have their own.
WORDS = re.compile(
    r"not enough memory|out of memory|can't allocate memory|_STATUS_ALLOC_FAILED", re.IGNORECASE
)

# After such an error every later call of the process fails too: CUDA's documentation calls it
# sticky. Drivers that lost the card say the latter.
LOST = re.compile(
    r"cuda(?! out of memory).{0,20}error|device-side assert|gpu (is|was) lost", re.IGNORECASE
)


def memory_errors() -> tuple[type[BaseException], ...]:
    import torch

    return (MemoryError, torch.OutOfMemoryError)


@contextmanager
def translated() -> Iterator[None]:
    """Raise `OutOfMemory` for whatever the libraries raise when memory is used up, `DeviceLost`
    when the device answers no more."""
    try:
        yield
    except memory_errors() as error:
        raise OutOfMemory(str(error)) from None
    except RuntimeError as error:
        if WORDS.search(str(error)):
            raise OutOfMemory(str(error)) from None
        if LOST.search(str(error)):
            raise DeviceLost(
                _("The device that draws stopped answering."), details=str(error)
            ) from None
        raise
