"""The texts of a PNG, read without drawing a pixel of it.

https://www.w3.org/TR/png-3/#11textinfo
"""

import zlib
from collections.abc import Iterator
from mmap import mmap

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST = 4_000_000  # bytes of one text, unpacked
IN_ALL = 16_000_000
MOST_CHUNKS = 10_000


def texts(content: bytes | mmap) -> dict[str, str]:
    """By keyword; of two with one keyword the first. What is broken is left out."""
    found: dict[str, str] = {}
    size = 0
    for kind, data in _chunks(content):
        keyword, _, rest = data.partition(b"\0")
        name = keyword.decode("latin-1")
        if kind not in _READERS or len(keyword) > 79 or name in found:
            continue
        text = _READERS[kind](rest)
        if text is None:
            continue
        size += len(text)
        if size > IN_ALL:
            break
        found[name] = text
    return found


def _chunks(content: bytes | mmap) -> Iterator[tuple[bytes, bytes]]:
    """Type and data of each, to the first that is cut off."""
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        length = int.from_bytes(content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if len(data) < length or kind in (b"", b"IEND"):
            return
        yield kind, data
        at += 12 + length


def _plain(rest: bytes) -> str | None:
    # Latin-1 by the standard; ComfyUI and others write UTF-8 where that is not enough.
    return _decoded(rest, "latin-1")


def _packed(rest: bytes) -> str | None:
    unpacked = _unpacked(rest[1:])
    return None if unpacked is None else _decoded(unpacked, "latin-1")


def _international(rest: bytes) -> str | None:
    is_packed, tail = rest[:1] == b"\1", rest[2:]
    _language, _, tail = tail.partition(b"\0")
    _translated, _, tail = tail.partition(b"\0")
    unpacked = _unpacked(tail) if is_packed else tail
    return None if unpacked is None else _decoded(unpacked, "utf-8")


def _decoded(data: bytes, encoding: str) -> str | None:
    if len(data) > LONGEST:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(encoding, "replace")


def _unpacked(data: bytes) -> bytes | None:
    """None where it is broken, or larger than anything we read: a bomb is not unpacked."""
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(data, LONGEST + 1)
    except zlib.error:
        return None
    return unpacked if len(unpacked) <= LONGEST else None


_READERS = {b"tEXt": _plain, b"zTXt": _packed, b"iTXt": _international}
