"""Reads an archive from outside, within bounds: gzip, then tar, member by member, never to a disk.

It imports nothing of ours: `checking.py` starts it as a script, in a process that may crash, hang
or eat memory alone. Python's own `tarfile` is not used: some versions never end on a bad header
(CVE-2025-8194), and it understands far more than what an archive of ours may be.
"""

import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

FORMAT = "pixazo-workspace"
VERSION = 1
MANIFEST = "manifest.json"
BLOCK = 512
CHUNK = 2**18

MOST_MEMBERS = 25_000
MOST_BYTES = 16 * 2**30  # of all members together
MOST_OF_ONE = 2**27  # bytes of a picture: 40 megapixels that nothing made smaller
MOST_TEXT = 8 * 2**20  # bytes of a member that is JSON or text
MOST_RATIO, SLACK = 100, 2**20  # so many bytes come out of one, above the first of them
DEPTH, MOST_PARTS = 40, 500_000  # of JSON: levels, and strings and brackets
# A folder at most, small letters only: no two names can mean one file anywhere.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)?\.(?:json|png|txt)")
SECTION = re.compile(r"[a-z]{1,30}")
PARTS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{\]}]', re.DOTALL)
OCTAL = re.compile(rb"[0-7]{1,11}")


class Bad(Exception):
    """Its first argument is the word for it, the second what it is about."""


@dataclass
class Member:
    name: str
    size: int
    chunks: Iterator[bytes]


def bad(word: str, about: str = "") -> NoReturn:
    raise Bad(word, about[:100])


def unzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What one gzip member holds. It must end where the file ends."""
    unzip = zlib.decompressobj(31)
    taken = given = 0
    for chunk in chunks:
        if unzip.eof and chunk:
            bad("trailing")
        taken += len(chunk)
        for part in _out_of(unzip, chunk):
            given += len(part)
            if given > taken * MOST_RATIO + SLACK:
                bad("bomb")
            if given > MOST_BYTES:
                bad("bytes")
            yield part
        if unzip.unused_data:
            bad("trailing")
    yield from _out_of(unzip, b"")  # what had no room in the last part
    if not unzip.eof:
        bad("gzip")


def _out_of(unzip: Any, pending: bytes) -> Iterator[bytes]:
    """In parts of a bounded size."""
    while not unzip.eof:
        try:
            part = unzip.decompress(pending, CHUNK)
        except zlib.error:
            bad("gzip")
        pending = unzip.unconsumed_tail
        if part:
            yield part
        if len(part) < CHUNK and not pending:
            return


class Tape:
    """Bytes in order, as many as are asked for."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = iter(chunks)
        self.rest = b""

    def upto(self, size: int) -> bytes:
        """Some bytes, at most so many; none at the end."""
        while not self.rest:
            chunk = next(self.chunks, None)
            if chunk is None:
                return b""
            self.rest = chunk
        part, self.rest = self.rest[:size], self.rest[size:]
        return part

    def exactly(self, size: int) -> bytes:
        return b"".join(self.parts(size))

    def parts(self, size: int) -> Iterator[bytes]:
        while size:
            part = self.upto(size)
            if not part:
                bad("short")
            size -= len(part)
            yield part


def members(chunks: Iterable[bytes]) -> Iterator[Member]:
    """Each is to be read before the next one is asked for; what is left of it is skipped."""
    tape = Tape(unzipped(chunks))
    names: set[str] = set()
    while True:
        block = tape.exactly(BLOCK)
        if not block.strip(b"\0"):
            break
        name, size = header(block)
        if name in names:
            bad("twice", name)
        if len(names) >= MOST_MEMBERS:
            bad("members")
        names.add(name)
        yield Member(name, size, inside := tape.parts(size))
        for _ in inside:
            pass
        if size % BLOCK and tape.exactly(BLOCK - size % BLOCK).strip(b"\0"):
            bad("tar", name)
    blocks = 1.0
    while part := tape.upto(CHUNK):
        blocks += len(part) / BLOCK
        if part.strip(b"\0") or blocks > 100:
            bad("trailing")
    if blocks < 2:
        bad("short")


def header(block: bytes) -> tuple[str, int]:
    """Name and size of a regular file, written as our own exports write it and not otherwise."""
    if block[257:265] != b"ustar\00000":
        bad("tar")
    if number(block[148:156]) != sum(block[:148]) + 8 * 32 + sum(block[156:]):
        bad("tar")
    name = block[:100].rstrip(b"\0").decode("ascii", "replace")
    if block[156:157] != b"0" or block[157:257].strip(b"\0"):
        bad("kind", name)
    if block[345:].strip(b"\0") or not NAME.fullmatch(name):
        bad("name", name)
    if number(block[100:108]) != 0o644 or block[265:329].strip(b"\0"):
        bad("kind", name)
    size = number(block[124:136])
    if size > (MOST_OF_ONE if name.endswith(".png") else MOST_TEXT):
        bad("large", name)
    return name, size


def number(raw: bytes) -> int:
    """Octal digits: neither a sign nor the two further ways to write a size."""
    digits = raw.strip(b" \0")
    return int(digits, 8) if OCTAL.fullmatch(digits) else bad("tar")


def parsed(raw: bytes, name: str) -> Any:
    """JSON as everybody reads it: finite numbers, each name once, not too deep."""
    try:
        written = raw.decode()
        if not is_bounded(written):
            bad("json", name)
        number_of: dict[str, Any] = {"parse_constant": _finite, "parse_float": _finite}
        return json.loads(written, object_pairs_hook=_once, **number_of)
    except (ValueError, RecursionError):
        bad("json", name)


def is_bounded(written: str) -> bool:
    depth = 0
    for count, found in enumerate(PARTS.finditer(written)):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if depth > DEPTH or count > MOST_PARTS:
            return False
    return True


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _finite(digits: str) -> float:
    if not isfinite(value := float(digits)):
        raise ValueError(digits)
    return value


def rows_of(raw: bytes, name: str) -> tuple[str, list[dict[str, Any]]]:
    """The section of a member that holds rows, and its rows."""
    known = parsed(raw, name)
    if not isinstance(known, dict) or set(known) != {"section", "rows"}:
        bad("json", name)
    section, rows = known["section"], known["rows"]
    is_sound = isinstance(section, str) and SECTION.fullmatch(section) and isinstance(rows, list)
    if not is_sound or not all(isinstance(row, dict) for row in rows):
        bad("json", name)
    return section, rows


def inspect(chunks: Iterable[bytes]) -> dict[str, Any]:
    """Look at all of it; what the manifest says, without its list of members."""
    found: list[dict[str, Any]] = []
    counts: dict[str, int] = {}
    manifest: Any = None
    for member in members(chunks):
        if manifest is not None:
            bad("manifest")
        digest, kept = hashlib.sha256(), []
        for part in member.chunks:
            digest.update(part)
            if member.name.endswith(".json"):
                kept.append(part)
        if member.name == MANIFEST:
            manifest = parsed(b"".join(kept), MANIFEST)
            continue
        if member.name.endswith(".json"):
            if found and found[-1]["name"].endswith(".png"):
                bad("json", member.name)  # rows come first
            section, rows = rows_of(b"".join(kept), member.name)
            counts[section] = counts.get(section, 0) + len(rows)
        found.append({"name": member.name, "bytes": member.size, "sha256": digest.hexdigest()})
    if manifest is None:
        bad("manifest")
    return agreed(manifest, found) | {"rows": counts}


def agreed(manifest: Any, found: list[dict[str, Any]]) -> dict[str, Any]:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        bad("format")
    version = manifest.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        bad("format")
    if version > VERSION:
        bad("future")
    listed = manifest.get("members")
    if not isinstance(listed, list) or len(listed) != len(found):
        bad("listed")
    for said, there in zip(listed, found, strict=True):
        if not isinstance(said, dict) or said.get("name") != there["name"]:
            bad("listed", there["name"])
        if said != there:
            bad("checksum", there["name"])
    place: Any = manifest.get("workspace")
    place = place if isinstance(place, dict) else {}
    # Archives of before say nothing of the model.
    texts = [place.get("name"), place.get("description"), place.get("chat_model", "")]
    missing: Any = manifest.get("missing")
    if not is_texts(texts) or not is_texts(missing) or len(missing) > MOST_MEMBERS:
        bad("format")
    return {
        "workspace": {
            "name": texts[0][:100],
            "description": texts[1][:2000],
            "chat_model": texts[2][:100],
        },
        "files": {each["name"]: each for each in found if each["name"].endswith(".png")},
        "missing": [name[:100] for name in missing],
        "bytes": sum(each["bytes"] for each in found),
    }


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def limit(seconds: int, memory: int) -> None:
    import resource

    # No file and no socket can be opened besides the standard streams, and nothing be written.
    most = {"AS": memory, "CPU": seconds, "FSIZE": 0, "CORE": 0, "NOFILE": 3}
    for name, value in most.items():
        with suppress(AttributeError, ValueError, OSError):  # not every system has each of them
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def main() -> dict[str, Any]:
    limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        return inspect(iter(lambda: sys.stdin.buffer.read(CHUNK), b""))
    except Bad as trouble:
        return {"bad": trouble.args[0], "about": trouble.args[1]}
    except MemoryError:
        return {"bad": "memory", "about": ""}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
