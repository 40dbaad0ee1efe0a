"""Where archives lie while they are sent, looked at and kept: in the private storage, in parts."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from pixazo.backup import leaving
from pixazo.errors import UserError
from workspaces.archive.files import written
from workspaces.archive.reader import CHUNK
from workspaces.models import ArchiveJob

FOLDER = "archives"
BESIDE = "pixazo-archive-"  # what a folder of this machine is called while one is written
MOST_PART = 16 * 2**20  # bytes of what is sent at once


class OutOfOrder(UserError):
    code = "out_of_order"
    status = 409


def put(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store it whole; its key and its size."""
    with TemporaryDirectory(prefix=BESIDE) as folder:
        path = Path(folder) / "archive"
        size = written(path, chunks)
        with path.open("rb") as file:
            return default_storage.save(_new_key(), File(file)), size


def add_part(job: ArchiveJob, content: File, number: int, most_bytes: int) -> ArchiveJob:
    """The next part of what is being sent. Raises `OutOfOrder` for any other one, or when it is too
    much."""
    key = default_storage.save(_new_key(), content)
    try:
        return _added(job, key, content.size or 0, number, most_bytes)
    except (OperationalError, InterfaceError):
        # Whether it was committed is not known: `remove_orphans` keeps or removes it later.
        raise
    except BaseException:
        discard([key])
        raise


@transaction.atomic
def _added(job: ArchiveJob, key: str, size: int, number: int, most_bytes: int) -> ArchiveJob:
    rows = ArchiveJob.objects.select_for_update().filter(pk=job.pk)
    row = rows.filter(state=ArchiveJob.State.SENDING).first()
    if row is None or number != len(row.keys) or row.size + size > most_bytes:
        raise OutOfOrder(_("This part does not belong here: begin anew."))
    row.keys, row.size = [*row.keys, key], row.size + size
    row.save(update_fields=["keys", "size"])
    return row


def chunks_of(keys: Iterable[str]) -> Iterator[bytes]:
    for key in keys:
        with default_storage.open(key) as file:
            while chunk := file.read(CHUNK):
                yield chunk


def discard(keys: Iterable[str]) -> None:
    """What no row names yet."""
    for key in keys:
        with suppress(OSError):  # `remove_orphans` will
            default_storage.delete(key)


def remove(keys: Iterable[str]) -> None:
    """The same of what a row named; a backup may have that row."""
    for key in keys:
        with suppress(OSError):
            leaving.remove(key)


def remove_orphans(before: datetime) -> int:
    """Delete what was stored before then and belongs to nothing; how many."""
    known = {key for keys in ArchiveJob.objects.values_list("keys", flat=True) for key in keys}
    return leaving.remove_orphans(FOLDER, known, before)


def sweep(before: datetime) -> int:
    """Delete what a worker that was killed left in this machine's folder for such; how many."""
    left = [*Path(gettempdir()).glob(f"{BESIDE}*")]
    old = [folder for folder in left if _last_written(folder) < before.timestamp()]
    for folder in old:
        rmtree(folder, ignore_errors=True)
    return len(old)


def _last_written(folder: Path) -> float:
    """In seconds since 1970; never, where whoever wrote it has just taken it away."""
    try:
        return folder.lstat().st_mtime
    except FileNotFoundError:
        return inf


def _new_key() -> str:
    return f"{FOLDER}/{secrets.token_hex(16)}.part"
