"""Time-ordered ids (UUID version 7, RFC 9562) for everything that is named in a URL or a file."""

import os
import threading
import time
import uuid
from datetime import datetime
from typing import Any

SECOND = 1000 << 12

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """48 bits of milliseconds since 1970, 12 bits of their fraction (section 6.2, method 3), then
    random: new rows sort after old ones, also those of one process in one millisecond."""
    return _at(_moment())


def _at(moment: int) -> uuid.UUID:
    value = (moment >> 12) << 80 | (moment & 0xFFF) << 64 | int.from_bytes(os.urandom(8), "big")
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return uuid.UUID(int=value)


def as_uuid(value: Any) -> uuid.UUID:
    """An id as a statement of our own reads it: SQLite has no type for them."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _moment() -> int:
    """Now, in 4096ths of a millisecond, and later than the moment before. A clock that was set
    back by more than a second is believed."""
    global _last
    with _lock:
        now = (time.time_ns() << 12) // 1_000_000
        _last = now if _last - now > SECOND else max(_last + 1, now)
        return _last


def uuid7_at(made: datetime, after: int = 0) -> tuple[uuid.UUID, int]:
    """An id for what was made at that moment, and the tick that it bears: the next one that is
    asked for `after` it sorts behind it."""
    tick = max(after + 1, int(made.timestamp() * 1_000_000) * 4096 // 1000)
    return _at(tick), tick
