"""Pictures to work from, in the forms that image APIs take them."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from generation.providers.base import ImageRequest

File = tuple[str, tuple[str, bytes, str]]


def as_files(request: ImageRequest) -> list[File]:
    """Parts of a multipart form: one `image`, or several `image[]`; and `mask`."""
    pictures = _pictures(request)
    field = "image" if len(pictures) == 1 else "image[]"
    files: list[File] = [
        (field, (f"image-{number}.png", _png(each), "image/png"))
        for number, each in enumerate(pictures)
    ]
    if request.mask is not None:
        files.append(("mask", ("mask.png", _png(transparent(request.mask)), "image/png")))
    return files


def as_json(request: ImageRequest) -> dict[str, Any]:
    """xAI takes no forms: data URLs in JSON instead. It knows no masks."""
    images = [{"url": _data_url(each)} for each in _pictures(request)]
    return {"image": images[0]} if len(images) == 1 else {"images": images}


def transparent(mask: Image.Image) -> Image.Image:
    """OpenAI draws anew where a mask is transparent; ours says it in white."""
    painted = Image.new("RGBA", mask.size, "black")
    painted.putalpha(ImageOps.invert(mask.convert("L")))
    return painted


def _pictures(request: ImageRequest) -> list[Image.Image]:
    return [each for each in (request.source, *request.references) if each is not None]


def _data_url(image: Image.Image) -> str:
    return "data:image/png;base64," + base64.b64encode(_png(image)).decode()


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
