"""The one gate for pictures from outside: files, addresses and data: URLs.

What comes in is limited in bytes and pixels, decoded in a process of its own, and kept only as
pixels that we encoded ourselves: no metadata, no tail, no name of it survives.
"""

import base64
import binascii
import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from generation.models import Upload
from generation.uploads.errors import BadAddress, CannotStore, NotAPicture, TooLarge
from generation.uploads.keeping import keep
from pixazo import outgoing
from pixazo.decoding import decoded
from workspaces.models import Workspace

MOST_BYTES = 20 * 1024 * 1024
FETCH_SECONDS = 15.0
DATA_URL = re.compile(r"data:image/[a-z0-9.+-]+;base64,", re.ASCII | re.IGNORECASE)

log = logging.getLogger(__name__)

__all__ = ["MOST_BYTES", "BadAddress", "NotAPicture", "TooLarge", "fetch", "limited", "receive"]


def receive(
    workspace: Workspace,
    author: Any,
    file: UploadedFile,
    origin: str = Upload.Origin.FILE,
    *,
    is_hole: bool = False,
) -> Upload:
    """A file that was sent. Raises `NotAPicture`, `TooLarge`, `NoRoom` or `CannotStore`.

    `is_hole`: a mask of the kind whose transparent part is drawn anew.
    """
    return _take(workspace, author, file.chunks(), origin, is_hole)


def fetch(
    workspace: Workspace,
    author: Any,
    url: str,
    origin: str = Upload.Origin.URL,
    *,
    seconds: float = FETCH_SECONDS,
) -> Upload:
    """What an http(s) address leads to within so many seconds, or a data: URL holds.

    Raises also `BadAddress` and `pixazo.outgoing.Refused`.
    """
    if url[:5].lower() == "data:":
        content = _unpacked(url)
    elif url[:8].lower().startswith(("http://", "https://")):
        content = outgoing.fetch(
            url, limit_bytes=MOST_BYTES, seconds=min(seconds, FETCH_SECONDS)
        ).content
    else:
        raise BadAddress(_("A picture's address begins with https://, http:// or data:image/."))
    return _take(workspace, author, [content], origin)


def _take(
    workspace: Workspace, author: Any, chunks: Iterable[bytes], origin: str, is_hole: bool = False
) -> Upload:
    kind = "mask" if origin == Upload.Origin.MASK else "picture"
    try:
        with decoded(limited(chunks), "hole" if is_hole else kind) as picture:
            return keep(workspace, author, picture, origin)
    except OSError as error:
        log.exception("An upload to %s could not be stored.", workspace.pk)
        raise CannotStore from error


def limited(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Raises `TooLarge` at the first byte that is too many."""
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > MOST_BYTES:
            raise TooLarge(
                _("A picture may have up to %(size)s MiB.") % {"size": MOST_BYTES // 2**20}
            )
        yield chunk


def _unpacked(url: str) -> bytes:
    head = DATA_URL.match(url)
    if head is None:
        raise BadAddress(_("A data: URL must hold a picture in base64."))
    try:
        return base64.b64decode(url[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise BadAddress(_("The data: URL's base64 is damaged.")) from None
