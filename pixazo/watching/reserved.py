"""Files of counters whose place on the disk is theirs before anything is counted in them.

They are written through memory: where the disk has no room for a page of it, the machine ends the
process (SIGBUS). A full disk must cost a site its figures, never its life.
"""

import os

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

FIRST = 2**16  # bytes, as the library begins


class Reserved(MmapedDict):
    """Raises `OSError` where there is no room."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            with open(filename, "a+b") as file:
                length = max(FIRST, os.fstat(file.fileno()).st_size)
                os.posix_fallocate(file.fileno(), 0, length)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        needed = self._used + len(key.encode()) + 32  # with its length, its padding, two numbers
        capacity = self._capacity
        while needed > capacity:
            capacity *= 2  # as the library does
        if capacity > self._capacity:
            os.posix_fallocate(self._f.fileno(), 0, capacity)
        super()._init_value(key)  # type: ignore[no-untyped-call]


def use() -> None:
    values.MmapedDict = Reserved  # type: ignore[misc]
