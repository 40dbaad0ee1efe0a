"""Stored files that are whole or not there: written beside, flushed to the disk, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import FileSystemStorage, default_storage

# Everything that `generation.pictures` stores is below, and what people brought along.
FOLDER = "generated"
UPLOADS = "uploads"
# What a crash leaves behind ends like this; the collector takes it away.
UNFINISHED = ".part"


class DurableStorage(FileSystemStorage):
    """A local folder in which no reader and no crash ever finds half a file.

    Names must be new: `generation.pictures` makes opaque ones.
    """

    def _save(self, name: str, content: Any) -> str:
        path = self.path(name)
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, prefix=".", suffix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(
                part, 0o644 if self.file_permissions_mode is None else self.file_permissions_mode
            )
            os.replace(part, path)
        except BaseException:
            os.unlink(part)
            raise
        _flush_folder(folder)
        return str(name).replace("\\", "/")


def stored_keys(folder: str = FOLDER) -> Iterator[str]:
    """The keys of all stored files below `folder`."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from stored_keys(f"{folder}/{name}")


def is_older(key: str, before: datetime) -> bool:
    """Last written before then, and still there."""
    try:
        return default_storage.get_modified_time(key) < before
    except FileNotFoundError:
        return False


def _flush_folder(folder: str) -> None:
    """The new name itself must outlive a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
