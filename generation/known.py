"""What the check page tells of a file: whether it was made here, and what it says of itself.

The file is looked at and not kept. Nothing is told of who made it, nor of what they wrote.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from generation.metadata import png
from generation.models import Image
from generation.provenance import mark
from generation.uploads import limited
from generation.uploads.decoding import decoded
from generation.uploads.errors import Crowded
from pixazo.errors import UserError
from pixazo.rationing import takes_place
from pixazo.visitors import visitor

TRIES, TRY_SECONDS = 20, 300
# Those who bring pictures to work from need the decoder, too: strangers have one turn of it.
_turn = BoundedSemaphore(1)
TURN_SECONDS = 20.0


class TooOften(UserError):
    code = "rate_limited"
    status = 429


@dataclass(frozen=True)
class Told:
    day: date | None  # when it was made here (UTC); None: nothing here is this picture
    model: str
    match: str  # "file", "rendition" or "pixels"
    source_type: str  # IPTC's code in the file, or ""

    @property
    def is_made_here(self) -> bool:
        return self.day is not None

    @property
    def says_model(self) -> bool:
        """Whether its mark says that a model made it, or a part of it."""
        return self.source_type in mark.OF_MODELS

    def as_dict(self) -> dict[str, Any]:
        return {
            "made_here": self.is_made_here,
            "made_on": self.day.isoformat() if self.day else None,
            "model": self.model or None,
            "match": self.match or None,
            "digital_source_type": f"{mark.TYPES}{self.source_type}" if self.source_type else None,
        }


def admit(request: HttpRequest) -> None:
    """Raises `TooOften`: whoever owns an address may look at so many files in so long."""
    if not takes_place(f"check:{visitor(request)}", TRIES, TRY_SECONDS):
        raise TooOften(
            _("That was too often in a short time. Please wait five minutes."),
            retry_after=TRY_SECONDS,
        )


def check(chunks: Iterable[bytes]) -> Told:
    """Raises what uploads do: `NotAPicture`, `WrongFormat`, `TooLarge`, `TooCostly`, `Crowded`."""
    content = b"".join(limited(chunks))
    image, match = _found(content)
    return Told(
        day=image.created.date() if image else None,
        model=image.model_name if image else "",
        match=match,
        source_type=source_type(content),
    )


def source_type(content: bytes) -> str:
    """IPTC's code that a PNG, JPEG or WebP file bears; "" if it bears none.

    It is what the file says: whoever likes can write it or take it away.
    """
    if content.startswith(png.SIGNATURE):
        return mark.code_in(png.texts(content).get("XML:com.adobe.xmp", "").encode())
    # JPEG and WebP hold it as it is.
    start = content.find(b"<x:xmpmeta")
    return mark.code_in(content[start : start + mark.MOST]) if start >= 0 else ""


def _found(content: bytes) -> tuple[Image | None, str]:
    """The first picture that it may be, and by what."""
    digest = sha256(content).hexdigest()
    if image := _first(sha256=digest):
        return image, "file"
    if image := _first(Q(medium_sha256=digest) | Q(small_sha256=digest)):
        return image, "rendition"
    image = _first(pixels_sha256=_pixels(content))
    return image, "pixels" if image else ""


def _first(*conditions: Q, **named: str) -> Image | None:
    # What came in an archive is what somebody says was made here.
    rows = Image.objects.filter(*conditions, is_brought=False, **named)
    return rows.only("created", "model_name").order_by("id").first()


def _pixels(content: bytes) -> str:
    if not _turn.acquire(timeout=TURN_SECONDS):
        raise Crowded(_("Too many pictures are being looked at. Try again in a moment."))
    try:
        with decoded([content]) as picture:
            return picture.pixels
    finally:
        _turn.release()
