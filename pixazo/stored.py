"""What lies in the private storage, wherever that is: keys, lengths and ages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage


class Away(OSError):
    """The storage can't be reached or refuses: it may do it later."""


@dataclass(frozen=True)
class Stored:
    key: str
    size: int
    modified: datetime


def stored(folder: str = "") -> Iterator[Stored]:
    """Everything below `folder`; what is only half written is not among it."""
    walk: Any = getattr(default_storage, "walk", None)
    if walk is not None:
        # One question for a thousand files, where each costs one otherwise.
        yield from walk(folder)
        return
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        key = f"{folder}/{name}" if folder else name
        try:
            found = Stored(key, default_storage.size(key), default_storage.get_modified_time(key))
        except FileNotFoundError:
            continue  # it has just gone
        if not name.startswith("."):
            yield found
    for name in folders:
        yield from stored(f"{folder}/{name}" if folder else name)
