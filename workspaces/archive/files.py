"""An archive on this machine's own disk, as the commands read and write it."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from workspaces.archive.reader import CHUNK


def written(path: Path, chunks: Iterable[bytes]) -> int:
    """Whole or not there; how many bytes."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
    return path.stat().st_size


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
