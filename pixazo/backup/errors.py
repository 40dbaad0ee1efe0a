"""What stops a backup or a restore, in words for whoever called it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}


class NotPossible(Exception):
    """Nothing was changed that a second try would not do again."""


class Damaged(NotPossible):
    """A file of the backup is not what it was, or gone."""


def in_words(error: NotPossible | OSError) -> str:
    """Of the system's own errors: of which file or folder it says what."""
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(part for part in (str(error.filename or ""), error.strerror) if part) + "."
    return str(error)


@contextmanager
def written_to(folder: Path | str) -> Iterator[None]:
    """The system says that a disk is full, and not which."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM and not error.filename:
            error.filename = str(folder)
        raise
