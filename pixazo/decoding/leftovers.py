"""What a process that was killed left behind of its decoders: a folder each, with pictures of
people in it. The next process of this machine that decodes one takes them away.

Whoever works with a folder has it locked, which ends with the process, however that ends; also
seen from another container with the same folder of temporary files, where numbers of processes mean
nothing.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir

BESIDE = "pixazo-upload-"  # what their names begin with
YOUNG = 3600  # seconds: one that was just made may have to be locked yet
EVERY = 600.0  # seconds between two looks of a process

_looked = -EVERY


def hold(folder: str) -> int:
    """From now on it is used, until this descriptor is closed or the process ends."""
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # where nothing can be locked, nothing is found to be unused either
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return handle


def sweep_at_times() -> None:
    global _looked
    if time.monotonic() < _looked + EVERY:
        return
    _looked = time.monotonic()
    sweep()


def sweep() -> int:
    """Remove what nobody uses any more; how many folders."""
    count = 0
    for folder in Path(gettempdir()).glob(f"{BESIDE}*"):
        with suppress(OSError), _alone(folder):  # in use, somebody else's, or gone
            rmtree(folder)
            count += 1
    return count


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises `OSError` where it is used, or too young to say."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(handle).st_mtime > time.time() - YOUNG:
            raise BlockingIOError
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
