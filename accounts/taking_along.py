"""The only place that puts together what is somebody's own: a ZIP with JSON and their files."""

import json
import logging
import secrets
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_noop, override

from accounts import belongings
from accounts.models import DataExport, Notice
from pixazo.backup import leaving

FOLDER = "exports"
READY = gettext_noop("Your data is put together and can be fetched.")
FAILED = gettext_noop("Your data could not be put together. Ask for it again.")
NOTED = 20  # files between two notes of how far it is
CHUNK = 2**20
ORPHANED = timedelta(days=1)
README = """All that is yours on a site of Pixazo, as one file.

*.json      what is known of you, and what you made and wrote, as text
pictures/   every picture that you made and still have, as it is stored; its recipe is inside, too
uploads/    pictures that you brought along
requests/   files that you sent to the help desk

What others made is not in here, neither what belongs to a workspace: an archive of the workspace
holds that.
"""

log = logging.getLogger(__name__)


class Unwanted(Exception):
    """Its row has gone: somebody gave it up, or has deleted their account."""


def work(pk: UUID) -> None:
    """Put it together; nothing if somebody does so already."""
    export = DataExport.objects.select_related("user").filter(pk=pk).first()
    if export is None or not export.claim():
        return
    try:
        with override(export.language or None):
            _make(export)
    except Unwanted:
        log.info("%s was given up.", export)
        return
    except Exception:
        log.exception("%s broke.", export)
        export.fail()
    text = READY if export.state == DataExport.State.DONE else FAILED
    Notice.objects.tell(export.user, text, reverse("own_data"), sender=None, subject=export.pk)


def look_after() -> list[UUID]:
    """Those that are to be rung for. What is over goes, what was interrupted has failed."""
    for export in DataExport.objects.silent():
        export.fail()
    for export in DataExport.objects.over():
        export.delete()
    known = set(DataExport.objects.exclude(key="").values_list("key", flat=True))
    leaving.remove_orphans(FOLDER, known, now() - ORPHANED)
    return list(DataExport.objects.waiting().values_list("pk", flat=True))


def _make(export: DataExport) -> None:
    with TemporaryFile() as file:
        _write(export, file)
        size = file.tell()
        file.seek(0)
        key = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.zip", File(file))
    if not export.finish(key, size):
        default_storage.delete(key)
        raise Unwanted
    # One at a time takes room.
    for older in DataExport.objects.filter(user=export.user_id, pk__lt=export.pk):
        older.delete()


def _write(export: DataExport, file: IO[bytes]) -> None:
    person = export.user
    files: list[tuple[str, str]] = []
    # Pictures are packed already.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("readme.txt", README)
        for kind in reversed(belongings.kinds()):
            _add_rows(archive, f"{kind.name}.json", kind.rows(person))
            files += [(f"{kind.name}/{_safe(each.name)}", each.key) for each in kind.files(person)]
        for done, (name, key) in enumerate(files):
            if done % NOTED == 0 and not export.note(done, len(files)):
                raise Unwanted
            _add(archive, name, key)
    if not export.note(len(files), len(files)):
        raise Unwanted


def _add_rows(archive: zipfile.ZipFile, name: str, rows: Iterator[dict[str, Any]]) -> None:
    """One after the other: there may be many."""
    first = next(rows, None)
    if first is None:
        return
    member = zipfile.ZipInfo(name, now().timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(member, "w", force_zip64=True) as file:
        between = b"[\n"
        for row in chain([first], rows):
            text = json.dumps(row, indent=1, ensure_ascii=False, cls=DjangoJSONEncoder)
            file.write(between + text.encode())
            between = b",\n"
        file.write(b"\n]\n")


def _add(archive: zipfile.ZipFile, name: str, key: str) -> None:
    try:
        content = default_storage.open(key)
    except FileNotFoundError:
        return  # deleted since
    with content, archive.open(name, "w", force_zip64=True) as member:
        for chunk in content.chunks(CHUNK):
            member.write(chunk)


def _safe(name: str) -> str:
    """One part of a path, on any disk."""
    plain = "".join(each if each.isalnum() or each in "-_. " else "-" for each in name)
    return PurePosixPath(plain).name.lstrip(".")[-100:] or "file"


def chunks_of(export: DataExport) -> Iterator[bytes]:
    with default_storage.open(export.key) as file:
        yield from file.chunks(CHUNK)
