"""The only place that sends a stored picture. Whoever found the row decided who may have it."""

import logging
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from generation.models import Image, Upload

log = logging.getLogger(__name__)

Size = Literal["original", "medium", "small"]
SIZES: tuple[Size, ...] = ("original", "medium", "small")
TYPES = {".png": "image/png", ".webp": "image/webp"}


def serve(
    request: HttpRequest, image: Image | Upload, size: Size = "original", as_download: bool = False
) -> HttpResponseBase:
    """Answer with the picture's file, or 304 where the browser has it already.

    Where `MEDIA_ACCEL` names nginx's internal location, nginx sends the file and we only permit it.
    """
    key: str = getattr(image, size)
    etag = f'"{image.sha256[:32]}-{size}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = _handed_over(key) if settings.MEDIA_ACCEL else HttpResponse(read(key))
        response["Content-Type"] = content_type(key)
        response["ETag"] = etag
    disposition = content_disposition_header(as_download, file_name(image, key))
    response["Content-Disposition"] = disposition or "inline"
    # A browser may keep it but asks each time: after a sign-out or a deletion it is gone at once.
    response["Cache-Control"] = "private, no-cache"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def read(key: str) -> bytes:
    """The stored file's bytes; 404 where the storage has lost it."""
    # Whole: under ASGI Django reads a file's stream to its end before it sends any of it.
    try:
        with default_storage.open(key) as file:
            return bytes(file.read())
    except FileNotFoundError:
        log.warning("The picture's file %s is missing.", key)
        raise Http404 from None


def content_type(key: str) -> str:
    return TYPES[PurePosixPath(key).suffix]


def file_name(image: Image | Upload, key: str) -> str:
    """What a saved picture is called, by its words and its id: `a-red-house-1f2e3d4c.png`."""
    words = slugify(getattr(image, "alt", ""))[:60].strip("-") or "picture"
    return f"{words}-{image.pk.hex[-8:]}{PurePosixPath(key).suffix}"


def _handed_over(key: str) -> HttpResponse:
    location = f"{settings.MEDIA_ACCEL.rstrip('/')}/{quote(key)}"
    return HttpResponse(headers={"X-Accel-Redirect": location})
