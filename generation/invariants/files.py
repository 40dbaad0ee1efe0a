"""Every row of a picture has its files, and every file its row."""

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.utils.timezone import now
from PIL import Image as Pillow

from generation.models import Image, Upload
from generation.storage import FOLDER, UNFINISHED, UPLOADS, stored_keys
from pixazo.stored import Stored, stored

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHUNK = 2**20


def rows_and_files(hashes: bool) -> Iterator[str]:
    """`hashes`: also whether each original is what its row says, byte for byte."""
    there = {file.key: file for folder in (FOLDER, UPLOADS) for file in stored(folder)}
    known: set[str] = set()
    for row, keys in _rows():
        known.update(keys)
        for key in keys:
            if key not in there and not default_storage.exists(key):  # it may have come since
                yield f"The file {key} of picture {row.pk} is missing."
        yield from _differs(row, there.get(row.original), hashes)
    for file in there.values():
        if file.key not in known and file.modified < now() - DAY:
            yield f"The file {file.key} belongs to no picture."
    yield from _unfinished()


def undecodable() -> Iterator[str]:
    """Whoever was shown a picture saw all of it."""
    for row, _keys in _rows():
        try:
            with default_storage.open(row.original) as file:
                Pillow.open(io.BytesIO(file.read()), formats=("PNG",)).load()
        except FileNotFoundError:
            continue  # that is another invariant's
        except (OSError, SyntaxError, ValueError) as error:
            yield f"The file {row.original} is no picture: {error}."


def _rows() -> Iterator[tuple[Any, tuple[str, ...]]]:
    few = ("pk", "original", "medium", "small", "bytes", "sha256")
    for image in Image.objects.order_by().only(*few).iterator():
        yield image, image.keys
    for upload in Upload.objects.order_by().iterator():
        yield upload, upload.keys


def _differs(row: Any, file: Stored | None, hashes: bool) -> Iterator[str]:
    if file is None:
        return
    if file.size != row.bytes:
        yield f"The file {file.key} has {file.size} bytes, not {row.bytes}."
    elif hashes and (told := _sha256(file.key)) != row.sha256:
        yield f"The file {file.key} has the hash {told}, not {row.sha256}."


def _sha256(key: str) -> str:
    told = hashlib.sha256()
    try:
        with default_storage.open(key) as file:
            for chunk in file.chunks(CHUNK):
                told.update(chunk)
    except FileNotFoundError:
        return "of nothing"
    return told.hexdigest()


def _unfinished() -> Iterator[str]:
    """What is half written has no name for long: the collector takes it in the night."""
    for folder in (FOLDER, UPLOADS):
        for key in stored_keys(folder):
            if (
                key.endswith(UNFINISHED)
                and default_storage.get_modified_time(key) < now() - DAY - HOUR
            ):
                yield f"The file {key} was never finished."
