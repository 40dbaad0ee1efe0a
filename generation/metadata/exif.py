"""The texts of a JPEG or WebP: where tools put what a PNG says in its text chunks."""

import io

from PIL import Image as Pillow
from PIL.ExifTags import IFD, Base

LONGEST = 4_000_000
# What tools write there.
TAGS = {
    Base.UserComment: "parameters",
    Base.MakerNote: "fooocus_scheme",
    Base.Software: "Software",
    Base.Make: "workflow",
    Base.Model: "prompt",
    Base.ImageDescription: "ImageDescription",
}


def texts(content: bytes, format: str) -> dict[str, str]:
    """By the keyword that a PNG of the same tool would have. What is broken is left out."""
    try:
        with Pillow.open(io.BytesIO(content), formats=[format]) as image:
            exif = image.getexif()
            tags = {**exif, **exif.get_ifd(IFD.Exif)}
    except Exception:  # noqa: BLE001 - Pillow raises many kinds of error over hostile bytes
        return {}
    found: dict[str, str] = {}
    for tag, name in TAGS.items():
        text = _text(tags.get(tag))
        if text is None or len(text) > LONGEST:
            continue
        keyword, said = _named(name, text)
        found.setdefault(keyword, said)
    return found


def _named(name: str, text: str) -> tuple[str, str]:
    for prefix in ("prompt", "workflow"):  # ComfyUI: `prompt:{...}`
        if text.startswith(f"{prefix}:"):
            return prefix, text.removeprefix(f"{prefix}:")
    # Older SwarmUI files: their JSON in `Model`.
    return ("parameters" if "sui_image_params" in text else name), text


def _text(value: object) -> str | None:
    """EXIF's UserComment begins with eight bytes that name its encoding (EXIF 2.32, 4.6.5)."""
    if isinstance(value, str):
        return value.rstrip("\0")
    if not isinstance(value, bytes):
        return None
    code, rest = value[:8], value[8:]
    if code == b"UNICODE\0":
        return _utf16(rest).rstrip("\0")
    if code in (b"ASCII\0\0\0", b"\0" * 8):
        return rest.decode("utf-8", "replace").rstrip("\0")
    return value.decode("utf-8", "replace").rstrip("\0")


def _utf16(data: bytes) -> str:
    """Of either byte order: the standard leaves it open, and tools differ."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    # The settings are mostly ASCII: where the zeros stand tells the order.
    order = "be" if data[::2].count(0) >= data[1::2].count(0) else "le"
    return data.decode(f"utf-16-{order}", "replace")
