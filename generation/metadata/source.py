"""Where a picture comes from, by its own word."""

from mmap import mmap

from generation.metadata import png
from generation.provenance import mark


def source_type(content: bytes | mmap) -> str:
    """IPTC's code that a PNG, JPEG or WebP file bears; "" if it bears none.

    It is what the file says: whoever likes can write it or take it away.
    """
    if content[: len(png.SIGNATURE)] == png.SIGNATURE:
        return mark.code_in(png.texts(content).get("XML:com.adobe.xmp", "").encode())
    # JPEG and WebP hold it as it is.
    start = content.find(b"<x:xmpmeta")
    return mark.code_in(content[start : start + mark.MOST]) if start >= 0 else ""
