"""The one gate for files that come along with a ticket, on pages and by mail.

Pictures are decoded in a process of their own and kept as pixels that we encoded; texts must be
texts; a PDF is looked at for what it says it is and for programs in it, and otherwise left alone:
all three are only ever saved by whoever asks for them, never shown by the site.
"""

import logging
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import TicketFile, TicketMessage
from pixazo.backup import leaving
from pixazo.decoding import decoded
from pixazo.errors import UserError
from pixazo.outgoing import clamd
from pixazo.upload_limit import refuse_cut_off

FOLDER = "help"
MOST = 5  # of one message
MOST_BYTES = 10 * 2**20
MOST_TOGETHER = 200 * 2**20  # of one ticket
NAME = 80
ORPHANED = timedelta(days=1)
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
# As they stand in a PDF that hides nothing; one that does is saved and not shown all the same.
PROGRAMS = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
UNSAFE = re.compile(r"[^\w .()-]+")

log = logging.getLogger(__name__)


class NotTaken(UserError):
    code = "file_refused"
    status = 415


@dataclass(frozen=True)
class Kept:
    """Stored, and waiting for its message's row."""

    key: str
    name: str
    content_type: str
    size: int


def sent_with(request: Any) -> list[Kept]:
    """Those of a form's field "files", stored. Raises `UserError`; then none is."""
    refuse_cut_off(request)
    files = request.FILES.getlist("files")
    if len(files) > MOST:
        raise NotTaken(_("Up to %(most)s files can be added to a message.") % {"most": MOST})
    kept: list[Kept] = []
    try:
        for file in files:  # one by one, so that those before one that is refused are known
            kept.append(  # noqa: PERF401
                keep(file.name or "", file.read(MOST_BYTES + 1))
            )
    except BaseException:
        discard(kept)
        raise
    return kept


def keep(name: str, content: bytes) -> Kept:
    """Raises `UserError` in words for whoever sent it."""
    if len(content) > MOST_BYTES:
        raise _too_large()
    clamd.scan(content)
    if content.startswith(PICTURES):
        with decoded([content]) as picture:
            return _stored(name, ".png", "image/png", picture.original.read_bytes())
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:] or PROGRAMS.search(content):
            raise NotTaken(_("This PDF is damaged, or has programs or files in it."))
        return _stored(name, ".pdf", "application/pdf", content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if not text.strip() or UNPRINTABLE.search(text):
        raise NotTaken(_("Only pictures (PNG, JPEG, WebP), PDFs and plain texts can be added."))
    return _stored(name, ".txt", "text/plain; charset=utf-8", text.encode())


def attach(message: TicketMessage, files: Sequence[Kept]) -> None:
    """Within the transaction that writes the message. Raises `NotTaken` where a ticket is full."""
    there = TicketFile.objects.filter(message__ticket=message.ticket_id)
    together = sum(there.values_list("size", flat=True)) + sum(file.size for file in files)
    if files and together > MOST_TOGETHER:
        raise NotTaken(_("This request has no room for more files."))
    TicketFile.objects.bulk_create(
        TicketFile(
            message=message,
            key=file.key,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
        )
        for file in files
    )


def discard(files: Sequence[Kept]) -> None:
    """What has no row yet."""
    for file in files:
        with suppress(OSError):  # `remove_orphans` will
            default_storage.delete(file.key)


def remove(key: str) -> None:
    """Whose row has just gone."""
    try:
        leaving.remove(key)
    except OSError:
        log.exception("A ticket's file could not be removed: %s", key)


def remove_orphans() -> int:
    """What was stored a day ago and is no ticket's: whoever sent it was cut off, or a backup was
    made when its row went. How many."""
    known = set(TicketFile.objects.values_list("key", flat=True))
    return leaving.remove_orphans(FOLDER, known, now() - ORPHANED)


def _stored(name: str, suffix: str, content_type: str, content: bytes) -> Kept:
    key = f"{FOLDER}/{secrets.token_hex(16)}{suffix}"
    try:
        key = default_storage.save(key, ContentFile(content))
    except OSError as error:
        log.exception("A ticket's file could not be stored.")
        sentence = _("Files can't be stored at present. Try again later, or send none.")
        raise UserError(sentence, code="storage", status=503) from error
    return Kept(key, _named(name, suffix), content_type, len(content))


def _named(name: str, suffix: str) -> str:
    """What it is called when it is saved: of what it was called, only what no disk stumbles over,
    and the ending of what it is."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    return (UNSAFE.sub("_", stem).strip(" ._")[:NAME] or "file") + suffix


def _too_large() -> NotTaken:
    sentence = _("A file may have up to %(size)s MiB.") % {"size": MOST_BYTES // 2**20}
    return NotTaken(sentence, code="too_large", status=413)
