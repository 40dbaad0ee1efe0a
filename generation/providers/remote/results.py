"""From what a service delivered to a picture: fetched at once, without the key, and looked at."""

import base64
import binascii
import struct
import time
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from generation.provenance import credentials
from generation.providers.base import ImageRequest
from generation.providers.errors import BadAnswer, ProviderError
from generation.providers.remote.asking import origin
from pixazo import outgoing

LIMIT_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 8192 * 8192
FORMATS = ("PNG", "JPEG", "WEBP")
SECONDS = 30.0
RECEIVED = "pixazo.received"
# Between tries: the picture is made and paid for, its host may only just have got it.
PAUSES = (0.5, 2.0)


def picture_at(request: ImageRequest, url: str, *, exact: bool) -> Image.Image:
    """The picture at an address that the service named. Raises a `ProviderError`.

    `exact`: it must have the size that was asked for.
    """
    trouble = ""
    for pause in (*PAUSES, None):
        try:
            # By a way that has no headers of ours: the key stays with the service that it is for.
            answer = outgoing.download(
                url, limit_bytes=LIMIT_BYTES, seconds=SECONDS, inside=_inside(request)
            )
        except (outgoing.TooSlow, outgoing.Broken, outgoing.Unreachable) as refused:
            trouble = refused.code
        except outgoing.Refused as refused:
            raise BadAnswer(f"The picture's address: {refused.code}: {url[:500]}") from None
        else:
            if answer.status == 200:
                return picture_of(request, answer.content, exact=exact)
            trouble = f"HTTP {answer.status}"
        if pause is not None:
            time.sleep(pause)
    raise ProviderError(
        _("The service made the picture, but it could not be fetched."),
        code="result_lost",
        details=f"{trouble}: {url[:500]}",
    )


def picture_in(request: ImageRequest, text: str, *, exact: bool) -> Image.Image:
    """The picture that is in the answer itself, as base64."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadAnswer(f"No base64: {text[:200]}") from None
    return picture_of(request, content, exact=exact)


def picture_of(request: ImageRequest, content: bytes, *, exact: bool) -> Image.Image:
    if len(content) > LIMIT_BYTES:
        raise BadAnswer(f"A picture of {len(content):,} bytes.")
    try:
        # What it is, its first bytes say; what the other side calls it counts for nothing.
        image = Image.open(BytesIO(content), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise BadAnswer(f"A picture of {image.width} x {image.height} pixels.")
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise BadAnswer(f"No picture: {_beginning(content)}") from None
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise BadAnswer(f"A broken picture: {error}") from None
    if credentials.carries(content):
        image.info[RECEIVED] = content
    if exact and image.size != (request.width, request.height):
        raise BadAnswer(
            f"A picture of {image.width} x {image.height} pixels,"
            f" asked for {request.width} x {request.height}."
        )
    return image


def received(image: Image.Image) -> bytes:
    """The file that it came in, where that bears credentials of the service."""
    content: bytes = image.info.get(RECEIVED, b"")
    return content


def _inside(request: ImageRequest) -> list[str]:
    """Hosts that need not be public: the service's own, and those for people's pictures."""
    _, host, port = origin(request.base_url)
    own = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [each for each in settings.TRUSTED_HOSTS if each == own] + list(settings.PICTURE_HOSTS)


def _beginning(content: bytes) -> str:
    return content[:2048].decode("utf-8", "replace")
