"""How the libraries say that memory is used up."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from generation.providers.errors import OutOfMemory

# CPU and Apple's MPS raise plain RuntimeErrors with these words.
WORDS = re.compile(r"not enough memory|out of memory|can't allocate memory", re.IGNORECASE)


def memory_errors() -> tuple[type[BaseException], ...]:
    import torch

    return (MemoryError, torch.OutOfMemoryError)


@contextmanager
def translated() -> Iterator[None]:
    """Raise `OutOfMemory` for whatever the libraries raise when memory is used up."""
    try:
        yield
    except memory_errors() as error:
        raise OutOfMemory(str(error)) from None
    except RuntimeError as error:
        if not WORDS.search(str(error)):
            raise
        raise OutOfMemory(str(error)) from None
