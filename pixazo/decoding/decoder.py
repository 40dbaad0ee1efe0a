"""A script of its own, started by `pixazo.decoding`: reads `sent`, writes `original` and `small`,
for one picture or for several.

It imports nothing of ours and opens no file or socket once it has begun to look at the picture.
"""

import hashlib
import io
import json
import os
import sys
from contextlib import suppress

from PIL import (
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

# Pillow imports them when it needs them, which is too late here. (TIFF: what Exif is written in.)
READ = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 40_000_000
MEMORY = 2**30  # bytes of address space
COMPUTING = 20  # seconds
WRITTEN = 2**28  # bytes of a file
SMALL = 384  # pixels of the small picture's longer side
MOST_PROFILE = 2**20  # bytes of a colour profile that is looked at


class Trouble(Exception):
    """Its first argument is the word for it."""


def main(folder: str, lasts: int) -> None:
    """A line of stdin for each picture that lies in `sent`, with what it is; a line is answered."""
    names = ("sent", "original", "small")
    with (
        # Without a buffer, which would still hold the picture before.
        open(os.path.join(folder, names[0]), "rb", buffering=0) as sent,
        open(os.path.join(folder, names[1]), "w+b") as original,
        open(os.path.join(folder, names[2]), "w+b") as small,
    ):
        Image.preinit()
        limit(lasts)
        for line in sys.stdin:
            renew()
            for file in (original, small):
                file.seek(0)
                file.truncate()
            sent.seek(0)
            said = decode(sent, original, small, line.strip())
            for file in (original, small):
                file.flush()
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()


def decode(
    sent: io.FileIO, original: io.BufferedRandom, small: io.BufferedRandom, kind: str
) -> dict[str, object]:
    try:
        image = plain(opened(sent), kind)
    except Trouble as trouble:
        return {"trouble": trouble.args[0]}
    except MemoryError:
        return {"trouble": "memory"}
    except Exception:  # noqa: BLE001  a decoder may raise anything
        return {"trouble": "damaged"}
    width, height = image.size
    raw = image.tobytes()
    pixels = hashlib.sha256(b"%dx%d " % image.size + raw).hexdigest()
    if kind == "pixels":
        original.write(raw)
    else:
        image.save(original, "PNG", compress_level=1)
        image.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
        image.convert("RGB").save(small, "WEBP", quality=82, method=3)
    return {"width": width, "height": height, "pixels": pixels}


def limit(lasts: int) -> None:
    import resource

    for name, most in (
        ("RLIMIT_AS", MEMORY),
        ("RLIMIT_CPU", COMPUTING * lasts),
        ("RLIMIT_FSIZE", WRITTEN),
        ("RLIMIT_CORE", 0),
        # Standard streams and the three files: no more can be opened, no socket either.
        ("RLIMIT_NOFILE", 6),
    ):
        # Not every system has each of them.
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


def renew() -> None:
    """So many seconds of computing for the next picture, as far as there are any left."""
    import resource

    with suppress(AttributeError, ValueError, OSError):
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        until = int(used.ru_utime + used.ru_stime) + COMPUTING
        resource.setrlimit(resource.RLIMIT_CPU, (min(until, most), most))


def opened(file: io.FileIO) -> Image.Image:
    """Only the header is read until the size is known."""
    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        raise Trouble("format") from None
    if image.width * image.height > MOST_PIXELS:
        raise Trouble("pixels")
    image.load()
    return image


def plain(image: Image.Image, kind: str) -> Image.Image:
    """Upright pixels in sRGB, or a mask's one channel; nothing else of what was sent."""
    profile = image.info.get("icc_profile", b"")
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits a channel
        image = image.point(lambda value: value / 256).convert("L")
    if kind == "hole":
        image = hole(image)
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = over(image.convert("RGBA"), "black" if kind == "mask" else "white")
    elif profile and kind != "mask":
        image = in_srgb(image, profile)
    image = image.convert("L" if kind in ("mask", "hole") else "RGB")
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    return clean


def hole(image: Image.Image) -> Image.Image:
    """A mask of the other kind: what is transparent in it is drawn anew, and becomes white."""
    alpha = image.convert("RGBA").getchannel("A")
    if alpha.getextrema() == (255, 255):
        raise Trouble("opaque")
    return ImageOps.invert(alpha)


def over(image: Image.Image, colour: str) -> Image.Image:
    """What is transparent shows paper; around what is painted of a mask, nothing is drawn anew."""
    paper = Image.new("RGBA", image.size, colour)
    paper.alpha_composite(image)
    return paper.convert("RGB")


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    if len(profile) > MOST_PROFILE or image.mode not in ("RGB", "L", "CMYK"):
        return image
    with suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, own, srgb, outputMode="RGB") or image
    return image


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
