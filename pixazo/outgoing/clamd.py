"""Asks the virus scanner of `settings.CLAMD` about a file, in its own words (INSTREAM)."""

import logging
import socket
from contextlib import closing

from django.conf import settings
from django.utils.translation import gettext as _

from pixazo.errors import UserError

SECONDS = 20.0
PIECE = 2**18  # bytes
LONGEST = 4096  # of an answer

log = logging.getLogger(__name__)


class Infected(UserError):
    code = "infected"
    status = 415


class NotScanned(UserError):
    code = "not_scanned"
    status = 503


def scan(content: bytes) -> None:
    """Raises `Infected`, or `NotScanned` where the scanner can't say; nothing without a scanner."""
    if not settings.CLAMD:
        return
    try:
        said = _asked(content)
    except (OSError, ValueError, OverflowError) as error:  # the last two: a setting that is none
        log.warning("The virus scanner can't be asked: %s", error)
        said = ""
    if said.endswith(" FOUND"):
        log.warning("The virus scanner found: %s", said[:200])
        raise Infected(_("A virus scanner found something bad in this file. It was not kept."))
    if not said.endswith(" OK"):
        raise NotScanned(
            _("Files can't be checked at present. Try again later, or send none."), retry_after=60
        )


def _asked(content: bytes) -> str:
    with closing(_connection()) as wire:
        wire.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            wire.sendall(len(piece).to_bytes(4, "big") + piece)
        wire.sendall(bytes(4))
        said = b""
        while not said.endswith(b"\0") and len(said) < LONGEST:
            if not (more := wire.recv(LONGEST)):
                break
            said += more
    return said.rstrip(b"\0").decode("utf-8", "replace")


def _connection() -> socket.socket:
    """A path is that of a socket of this machine, all else host:port."""
    where: str = settings.CLAMD
    if where.startswith("/"):
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(SECONDS)
        try:
            wire.connect(where)
        except OSError:
            wire.close()
            raise
        return wire
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
