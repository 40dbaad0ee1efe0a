"""What the check page tells of a file: whether it was made here, and what it says of itself.

The file is looked at and not kept. Nothing is told of who made it, nor of what they wrote.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from generation.metadata.source import source_type
from generation.models import Image
from generation.provenance import credentials, mark
from generation.uploads import limited
from generation.uploads.errors import Crowded
from pixazo.decoding import decoded
from pixazo.errors import UserError
from pixazo.rationing import takes_place
from pixazo.visitors import visitor

TRIES, TRY_SECONDS = 20, 300
# Those who bring pictures to work from need the decoder, too: strangers have one turn of it.
_turn = BoundedSemaphore(1)
TURN_SECONDS = 20.0
READER = Path(__file__).with_name("provenance") / "reader.py"
SECONDS = 20.0
READ = {"Trusted": "ours", "Valid": "valid", "Invalid": "invalid", "none": "none"}


class TooOften(UserError):
    code = "rate_limited"
    status = 429


@dataclass(frozen=True)
class Told:
    day: date | None  # when it was made here (UTC); None: nothing here is this picture
    model: str
    match: str  # "file", "rendition" or "pixels"
    source_type: str  # IPTC's code in the file, or ""
    credentials: str = "none"  # or ours, valid, invalid; unread where the library is missing
    signer: str = ""  # as the credentials' certificate calls it

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
            "content_credentials": {"state": self.credentials, "signer": self.signer or None},
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
    state, signer = _credentials(content)
    return Told(
        day=image.created.date() if image else None,
        model=image.model_name if image else "",
        match=match,
        source_type=source_type(content),
        credentials=state,
        signer=signer,
    )


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


def _credentials(content: bytes) -> tuple[str, str]:
    """What they are worth, and who signed. "Ours" is what the certificate of this site signed."""
    if not credentials.carries(content):
        return "none", ""
    if not credentials.is_installed():
        return "unread", ""
    with _one_turn():
        said = _read(content)
    state = READ.get(said.get("state", ""), "invalid")
    if state == "ours" and said.get("serial") != credentials.serial():
        state = "valid"  # from the same authority, and not ours
    return state, said.get("signer", "") if state in ("ours", "valid") else ""


def _read(content: bytes) -> dict[str, str]:
    """In a process of its own: the file is anybody's."""
    trusted = Path(settings.C2PA_CERT).read_text() if credentials.is_on() else ""
    command = [sys.executable, "-I", str(READER), credentials.type_of(content), trusted]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, env={}, timeout=SECONDS, check=False
        )
        said: dict[str, str] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}
    return said


def _pixels(content: bytes) -> str:
    with _one_turn(), decoded([content]) as picture:
        return picture.pixels


@contextmanager
def _one_turn() -> Iterator[None]:
    if not _turn.acquire(timeout=TURN_SECONDS):
        raise Crowded(_("Too many pictures are being looked at. Try again in a moment."))
    try:
        yield
    finally:
        _turn.release()
