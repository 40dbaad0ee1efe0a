"""Time-ordered ids (UUID version 7, RFC 9562) for everything that is named in a URL or a file."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """48 bits of milliseconds since 1970, then random: new rows sort after old ones."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return uuid.UUID(int=value)
