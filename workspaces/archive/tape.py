"""Writes members of a tar within gzip, as `reader` reads them: plain files and nothing else."""

import errno
import hashlib
import os
import tarfile
import time
import zlib
from collections.abc import Iterable, Iterator

from workspaces.archive.reader import BLOCK

LEVEL = 1  # pictures are packed already


class Tape:
    """What its methods give is to be written in that order."""

    def __init__(self) -> None:
        self.zip = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
        self.moment = int(time.time())
        self.members: list[dict[str, object]] = []

    def member(self, name: str, size: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Raises `OSError` where the chunks are not as long as was said."""
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, self.moment, 0o644
        yield self.zip.compress(info.tobuf(tarfile.USTAR_FORMAT))
        digest, written = hashlib.sha256(), 0
        for chunk in chunks:
            digest.update(chunk)
            written += len(chunk)
            yield self.zip.compress(chunk)
        if written != size:
            raise OSError(errno.EIO, os.strerror(errno.EIO), name)
        yield self.zip.compress(bytes(-size % BLOCK))
        self.members.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})

    def text(self, name: str, text: str) -> Iterator[bytes]:
        content = text.encode()
        return self.member(name, len(content), [content])

    def end(self) -> Iterator[bytes]:
        yield self.zip.compress(bytes(2 * BLOCK))
        yield self.zip.flush()
