"""Reads an answer's body, and not a byte more than the limit, counted after unpacking."""

import zlib
from collections.abc import Iterable, Iterator, Mapping

from pixazo.outgoing.errors import Broken, TooLarge

PACKED = {"gzip", "x-gzip", "deflate"}
PIECE = 1024 * 1024
GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib's own way to say: look which of the two it is


def whole(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
    return bytes(body)


def pieces(chunks: Iterable[bytes], headers: Mapping[str, str], limit: int) -> Iterator[bytes]:
    """Unpacked. Raises `TooLarge`, or `Broken` for a packing that was not asked for and is not
    known."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge(limit)
    packing = headers.get("content-encoding", "").strip().lower()
    if packing in PACKED:
        chunks = _inflated(chunks)
    elif packing not in ("", "identity"):
        raise Broken(was_sent=True, was_answered=True)
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        yield chunk


def _inflated(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Piece by piece: a few kilobytes may unpack to gigabytes."""
    unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
    for chunk in chunks:
        rest = chunk
        while rest:
            try:
                yield unpacker.decompress(rest, PIECE)
            except zlib.error:
                raise Broken(was_sent=True, was_answered=True) from None
            rest = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise Broken(was_sent=True, was_answered=True)
