"""Files whose rows have gone. While a backup is made, which may have those rows, they stay: they
belong to nothing by then, and are taken a day later."""

from collections.abc import Container
from contextlib import suppress
from datetime import datetime

from django.core.files.storage import default_storage

from pixazo.backup.underway import is_underway
from pixazo.stored import stored


def remove(key: str) -> None:
    """Its row has just gone. Raises `OSError`."""
    if not is_underway():
        default_storage.delete(key)


def remove_orphans(folder: str, known: Container[str], before: datetime) -> int:
    """What lies in this folder, was stored before then and is none of the `known`; how many."""
    gone = 0
    for file in stored(folder):
        if file.key not in known and file.modified < before and not is_underway():
            with suppress(OSError):  # the next time, then
                default_storage.delete(file.key)
                gone += 1
    return gone
