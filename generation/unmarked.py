"""A picture's file without what it says of how it was made: the mark of its provenance stays."""

from collections.abc import Iterator

from generation.metadata.png import SIGNATURE

# All that a viewer needs; every other chunk may hold words.
# https://www.w3.org/TR/png-3/#4Concepts.FormatChunks
KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"}
PROVENANCE = b"XML:com.adobe.xmp\0"


def unmarked(content: bytes) -> bytes:
    """The PNG's bytes without texts, pixel by pixel the same. Raises `ValueError` if it is none."""
    if not content.startswith(SIGNATURE):
        raise ValueError("This is no PNG file.")
    return SIGNATURE + b"".join(_kept(content))


def _kept(content: bytes) -> Iterator[bytes]:
    at = len(SIGNATURE)
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : end - 4]
        if kind in KEPT or (kind == b"iTXt" and data.startswith(PROVENANCE)):
            yield content[at:end]
        at = end
