"""What files are, as SHA-256: each is read once, then its hash is kept beside the models.

A hash is kept together with the file's size, times and inode: a file that was changed or exchanged
is read again.
"""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from generation.providers.errors import ModelTrouble

# Device, inode, size, and when content and inode were changed, in nanoseconds.
Stamp = tuple[int, int, int, int, int]


def stamp(path: Path) -> Stamp | None:
    """What tells a file from the one that takes its place; None if there is none."""
    try:
        return _stamp(path.stat())
    except OSError:
        return None


def sha256_of(path: Path) -> str:
    """Raises `ModelTrouble` if the file can't be read, or changes while it is."""
    try:
        with path.open("rb") as file:
            before = _stamp(os.fstat(file.fileno()))
            if kept := _kept(path, before):
                return kept
            found = hashlib.file_digest(file, "sha256").hexdigest()
            after = _stamp(os.fstat(file.fileno()))
    except OSError as error:
        raise ModelTrouble(
            _("This model's files are damaged or incomplete."),
            code="model_damaged",
            details=f"{path.name}: {error.strerror}",
        ) from None
    if before != after:
        raise changed(path)
    _keep(path, before, found)
    return found


def changed(path: Path) -> ModelTrouble:
    return ModelTrouble(
        _("This model's files were changed while they were loaded. Try again."),
        code="model_changed",
        details=path.name,
    )


def _stamp(status: os.stat_result) -> Stamp:
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def _kept(path: Path, stamp: Stamp) -> str:
    with suppress(OSError, ValueError, TypeError, KeyError):
        note = json.loads(_note(path).read_text(encoding="utf-8"))
        if tuple(note["stamp"]) == stamp and len(note["sha256"]) == 64:
            return str(note["sha256"])
    return ""


def _keep(path: Path, stamp: Stamp, sha256: str) -> None:
    note = _note(path)
    # Where the folder can't be written, the file is only read again next time.
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=note.parent, delete=False) as file:
            json.dump({"file": str(path), "stamp": stamp, "sha256": sha256}, file)
        os.replace(file.name, note)


def _note(path: Path) -> Path:
    name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:32]
    return Path(settings.MODELS_FOLDER) / "hashes" / f"{name}.json"
