"""Compiles the catalogues when the site starts, so that nobody has to remember to.

Django reads `.mo` files. They are made from `locale/` into the folder for data, wherever they are
missing or older than what is there; gettext's programs aren't needed.
"""

import hashlib
import os
import struct
from pathlib import Path

from pixazo.texts.catalogue import Entry, read

MAGIC = 0x950412DE


def compiled(locale: Path, into: Path) -> Path:
    """The folder of the compiled catalogues, made now where they aren't those of `locale`."""
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = (into / source.relative_to(locale)).with_suffix(".mo")
        stamp = target.with_suffix(".sha256")
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if not (target.exists() and stamp.exists() and stamp.read_text() == digest):
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, compile_entries(read(source)))
            _replace(stamp, digest.encode())
    return into


def compile_entries(entries: list[Entry]) -> bytes:
    """A `.mo` file: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html"""
    texts = sorted(
        (_named(entry).encode(), "\0".join(entry.strings).encode())
        for entry in entries
        if entry.is_done
    )
    count = len(texts)
    ids = b"".join(name + b"\0" for name, _ in texts)
    first = 28 + 16 * count  # behind the header and the two tables
    tables: list[int] = []
    at = first
    for column in (0, 1):
        for pair in texts:
            tables += (len(pair[column]), at)
            at += len(pair[column]) + 1
    header = struct.pack("<7I", MAGIC, 0, count, 28, 28 + 8 * count, 0, 0)
    table = struct.pack(f"<{len(tables)}I", *tables)
    return header + table + ids + b"".join(text + b"\0" for _, text in texts)


def _named(entry: Entry) -> str:
    name = entry.id if entry.context is None else f"{entry.context}\x04{entry.id}"
    return f"{name}\0{entry.plural}" if entry.plural else name


def _replace(path: Path, content: bytes) -> None:
    """At once: other processes start at the same time."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_bytes(content)
    new.replace(path)
