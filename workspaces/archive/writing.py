"""The only place that writes an archive: rows first, as one state of the workspace, then files."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils.timezone import now
from django.utils.translation import gettext as _

from workspaces.archive import bounds, reader
from workspaces.archive.errors import Refused, TooMuch
from workspaces.archive.leaving import File, Leaving
from workspaces.archive.registry import Section, sections
from workspaces.archive.snapshot import snapshot
from workspaces.archive.tape import Tape
from workspaces.models import Workspace

AT_ONCE, MOST_PART = 200, 2**20  # rows of a file, and about as many characters
MOST_FILES = 20_000
MOST_FILE_BYTES = reader.MOST_BYTES - 2**30  # the rest is for rows and headers
README = """This is a workspace of Pixazo, as one file.

pictures/   every picture that was made in it, as an ordinary PNG; its recipe is inside, too
uploads/    pictures that were brought along, to work from
*/*.json    everything else, as text: what was asked for, tags and stars, styles, prompts, lists
            and so on. Rows name one another by their numbers; a picture's "file" is its PNG.
manifest.json   what is in here, with the SHA-256 of each file (sha256sum prints the same)

Nothing of it needs Pixazo to be looked at. To bring it into a Pixazo site again: Workspaces,
Import; or `manage.py import_workspace FILE --owner EMAIL`.
"""

Report = Callable[[int, int], None]  # how much is done, of how much


def archive_of(workspace: Workspace, report: Report = lambda done, total: None) -> Iterator[bytes]:
    """The archive's bytes. Raises `TooMuch` for what no archive takes, before any of them."""
    tape, leaving = Tape(), Leaving(workspace)
    counts: dict[str, int] = {}
    with snapshot():
        yield from tape.text("readme.txt", README)
        for section in sections():
            yield from _rows(tape, section, leaving, counts)
        _check_size(leaving, counts)
    missing = []
    for done, file in enumerate(leaving.files):
        report(done, len(leaving.files))
        try:
            yield from _file(tape, file)
        except FileNotFoundError:
            missing.append(file.name)  # it was deleted for good since the rows were read
    yield from tape.text(reader.MANIFEST, _pretty(_manifest(leaving, tape, missing)))
    yield from tape.end()


def _rows(
    tape: Tape, section: Section, leaving: Leaving, counts: dict[str, int]
) -> Iterator[bytes]:
    for number, rows in enumerate(_in_parts(section.rows(leaving)), start=1):
        counts[section.name] = counts.get(section.name, 0) + len(rows)
        text = _pretty({"section": section.name, "rows": rows})
        yield from tape.text(f"{section.name}/{number:04d}.json", text)


def _in_parts(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(json.dumps(row))
        if len(part) == AT_ONCE or size > MOST_PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _check_size(leaving: Leaving, counts: dict[str, int]) -> None:
    """What no site would take in is not made."""
    if len(leaving.files) > MOST_FILES:
        said = _("An archive holds up to %(most)s pictures; this workspace has %(count)s.")
        raise TooMuch(said % {"most": MOST_FILES, "count": len(leaving.files)})
    size = sum(file.size for file in leaving.files)
    if size > MOST_FILE_BYTES:
        said = _("An archive holds up to %(most)s; this workspace's pictures take %(size)s.")
        sizes = {"most": filesizeformat(MOST_FILE_BYTES), "size": filesizeformat(size)}
        raise TooMuch(said % sizes)
    if name := bounds.too_many(counts):
        raise Refused.because("many", name)


def _file(tape: Tape, file: File) -> Iterator[bytes]:
    with default_storage.open(file.key) as content:
        yield from tape.member(file.name, content.size, content.chunks(reader.CHUNK))


def _manifest(leaving: Leaving, tape: Tape, missing: list[str]) -> dict[str, Any]:
    workspace = leaving.workspace
    return {
        "format": reader.FORMAT,
        "version": reader.VERSION,
        "exported": now().isoformat(),
        "workspace": {
            "name": workspace.name,
            "description": workspace.description,
            "chat_model": workspace.chat_model,
        },
        "counts": leaving.counts,
        "missing": missing,
        "members": tape.members,
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
