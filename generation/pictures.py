"""The only place that encodes pictures and puts their files into the storage.

Files come before rows: what is stored here belongs to nobody until a row says so, and the
collector removes what no row ever named.
"""

import hashlib
import io
import secrets
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.text import slugify
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from generation import recipe as recipes
from generation.fault_points import reach
from generation.provenance import credentials, mark
from generation.provenance.fingerprint import pixels
from generation.storage import FOLDER
from pixazo.backup.underway import is_underway
from workspaces.models import Workspace

# The longer side of each, in pixels.
RENDITIONS = {"medium": 1024, "small": 384}
PREVIEW = 256
# Level 6 takes four times as long for a seventh fewer bytes.
PNG_LEVEL = 1


@dataclass(frozen=True)
class Stored:
    """Where the files are, and what is in them; field by field what `models.Image` keeps."""

    original: str
    medium: str
    small: str
    width: int
    height: int
    bytes: int
    sha256: str
    pixels_sha256: str
    medium_sha256: str
    small_sha256: str
    extra_bytes: int  # of the renditions
    colour: str

    @property
    def keys(self) -> tuple[str, str, str]:
        return self.original, self.medium, self.small


def store(
    image: Pillow.Image,
    recipe: dict[str, Any],
    workspace: Workspace,
    source_type: str = mark.MADE,
    *,
    is_drawn: bool = False,
    received: bytes = b"",
) -> Stored:
    """Put the original and its renditions into the storage; on failure nothing is left there.

    `is_drawn`: here and now, so that the site may vouch for it. `received`: what a service
    delivered, where it bears credentials of its own. `source_type`: "" where nobody knows where it
    comes from, and no mark is written.
    """
    image = image.convert("RGB")
    base = f"{_folder(workspace)}/{secrets.token_hex(16)}"
    keys = {name: f"{base}.{name}.webp" for name in RENDITIONS}
    try:
        # Encoders and disks work outside of Python, and of a large picture all three take long.
        with ThreadPoolExecutor(len(RENDITIONS)) as beside:
            # A picture that is smaller than several of them is encoded once for all of these.
            sides = {name: min(side, max(image.size)) for name, side in RENDITIONS.items()}
            encoded = {
                side: beside.submit(webp, image, side, source_type=source_type)
                for side in sorted(set(sides.values()), reverse=True)
            }
            renditions = {
                name: beside.submit(_save_rendition, keys[name], encoded[side])
                for name, side in sides.items()
            }
            original = png(image, recipe, source_type)
            if is_drawn:
                original = credentials.signed(original, source_type, received)
            keys["original"] = _save(f"{base}.png", original)
            reach("keep.file")
        written = {name: each.result() for name, each in renditions.items()}
    except BaseException:
        discard(keys.values())
        raise
    return Stored(
        **keys,
        width=image.width,
        height=image.height,
        bytes=len(original),
        sha256=hashlib.sha256(original).hexdigest(),
        pixels_sha256=pixels(image),
        **{f"{name}_sha256": digest for name, (digest, _) in written.items()},
        extra_bytes=sum(size for _, size in written.values()),
        colour=dominant_colour(image),
    )


def remove(keys: Iterable[str]) -> tuple[int, int]:
    """The same with files whose rows have just gone; while a backup is made, which may have these
    rows, they are left to the collector."""
    return (0, 0) if is_underway() else discard(keys)


def discard(keys: Iterable[str]) -> tuple[int, int]:
    """Remove files that no row names; how many went, and their bytes. What can't be removed now,
    the collector will."""
    files = freed = 0
    for key in keys:
        with suppress(OSError):
            size = default_storage.size(key)
            default_storage.delete(key)
            files, freed = files + 1, freed + size
    return files, freed


def copy(keys: Iterable[str], workspace: Workspace) -> list[str]:
    """The same files once more, where this workspace's are stored now; on failure none."""
    base = f"{_folder(workspace)}/{secrets.token_hex(16)}"
    made: list[str] = []
    try:
        for key in keys:
            with default_storage.open(key) as file:
                made.append(default_storage.save(f"{base}.{key.partition('.')[2]}", file))
    except BaseException:
        discard(made)
        raise
    return made


def folder_of(owner: Any) -> str:
    """Where the pictures of their workspaces are stored: what their keys begin with."""
    name = slugify(owner.username) or f"user-{owner.pk.hex[-8:]}"
    return f"{FOLDER}/{name}/"


def png(image: Pillow.Image, recipe: dict[str, Any], source_type: str = mark.MADE) -> bytes:
    """The original, with recipe and provenance inside."""
    texts = PngInfo()
    texts.add_itxt("pixazo", recipes.canonical(recipe))
    texts.add_itxt("parameters", recipes.parameters_text(recipe))
    if source_type:
        texts.add_itxt("XML:com.adobe.xmp", mark.packet(source_type))
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=PNG_LEVEL, pnginfo=texts)
    return file.getvalue()


def webp(
    image: Pillow.Image, side: int, *, quality: int = 82, source_type: str = mark.MADE
) -> bytes:
    """A rendition whose longer side has at most `side` pixels."""
    small = image.copy()
    small.thumbnail((side, side), Pillow.Resampling.LANCZOS)
    file = io.BytesIO()
    xmp = mark.packet(source_type).encode() if source_type else b""
    small.save(file, "WEBP", quality=quality, method=3, xmp=xmp)
    return file.getvalue()


def preview(image: Pillow.Image) -> bytes:
    """A frame of a picture that is being drawn: small in pixels and in bytes."""
    return webp(image.convert("RGB"), PREVIEW, quality=60)


def in_format(content: bytes, name: str, quality: int) -> bytes:
    """One of our own files as "png", "webp" or "jpeg", with its mark of where it comes from."""
    with Pillow.open(io.BytesIO(content), formats=("PNG", "WEBP", "JPEG")) as image:
        if image.format == name.upper():
            return content
        said = image.info.get("XML:com.adobe.xmp") or image.info.get("xmp") or b""
        xmp = said.encode() if isinstance(said, str) else said
        file = io.BytesIO()
        if name == "png":
            texts = PngInfo()
            if xmp:
                texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
            image.save(file, "PNG", compress_level=PNG_LEVEL, pnginfo=texts)
        else:
            image.convert("RGB").save(file, name.upper(), quality=quality, xmp=xmp)
    return file.getvalue()


def dominant_colour(image: Pillow.Image) -> str:
    """The most frequent of the picture's five main colours, as #rrggbb."""
    small = image.resize((32, 32), Pillow.Resampling.BOX).quantize(5)
    counts = small.getcolors() or [(1, 0)]
    _, index = max(counts)
    palette = small.getpalette() or [0, 0, 0]
    assert isinstance(index, int)
    return "#{:02x}{:02x}{:02x}".format(*palette[index * 3 : index * 3 + 3])


def _save(key: str, content: bytes) -> str:
    return default_storage.save(key, ContentFile(content))


def _save_rendition(key: str, encoded: Future[bytes]) -> tuple[str, int]:
    """The file's SHA-256, by which what people save is known again, and its bytes."""
    content = encoded.result()
    _save(key, content)
    return hashlib.sha256(content).hexdigest(), len(content)


def _folder(workspace: Workspace) -> str:
    """Readable for whoever looks after the files (S012); every part is safe in a path."""
    return f"{folder_of(workspace.owner)}{slugify(workspace.slug) or workspace.pk.hex}"
