"""Puts a decoded picture into the storage and names it by a row, once in a workspace."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Count, Sum
from django.utils.timezone import now
from django.utils.translation import gettext as _

from billing.models import Account
from generation import pictures
from generation.fault_points import reach
from generation.models import Upload
from generation.storage import UPLOADS
from generation.uploads.errors import NoRoom
from pixazo.decoding import Decoded
from workspaces.models import Workspace

# Of one workspace. What nothing uses goes after some days (the collector).
MOST_UPLOADS = 1000
MOST_BYTES = 4 * 2**30


def keep(workspace: Workspace, author: Any, picture: Decoded, origin: str) -> Upload:
    """The row of this picture; the same pixels again are the same row. Raises
    `NoRoom` or `billing.models.StorageFull`."""
    with picture.original.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if earlier := _earlier(workspace, sha256):
        return earlier
    size = picture.original.stat().st_size
    look_for_room(workspace, author, size)
    base = f"{UPLOADS}/{workspace.pk.hex}/{secrets.token_hex(16)}"
    keys: list[str] = []
    try:
        keys.append(_save(f"{base}.png", picture.original))
        reach("upload.file")
        keys.append(_save(f"{base}.small.webp", picture.small))
        extra = picture.small.stat().st_size
        with transaction.atomic():
            upload = Upload.objects.create(
                workspace=workspace,
                author=author,
                original=keys[0],
                small=keys[1],
                width=picture.width,
                height=picture.height,
                bytes=size,
                extra_bytes=extra,
                sha256=sha256,
                origin=origin,
            )
            Account.objects.store(author.pk, size + extra)
            return upload
    except IntegrityError:
        # The same picture came twice at once and the other one was first.
        pictures.discard(keys)
        if earlier := _earlier(workspace, sha256):
            return earlier
        raise
    except (OperationalError, InterfaceError):
        # Whether it was committed is not known: the collector keeps or removes the files later.
        raise
    except BaseException:
        pictures.discard(keys)
        raise


def _earlier(workspace: Workspace, sha256: str) -> Upload | None:
    """Fresh again: the collector counts from now."""
    rows = Upload.objects.filter(workspace=workspace, sha256=sha256)
    return rows.first() if rows.update(created=now()) else None


def look_for_room(workspace: Workspace, author: Any, size: int, count: int = 1) -> None:
    """For so many pictures, of so many bytes together. Raises `NoRoom`."""
    Account.objects.of(author).check_room()
    # Two at once may pass all: the bounds are against heaps, and a little above them is no harm.
    if _is_full(workspace.uploads, size, count, MOST_UPLOADS, MOST_BYTES):
        raise NoRoom(
            _(
                "This workspace has no room for more uploads. Those that nothing uses go by"
                " themselves after some days."
            )
        )
    # Anybody may found workspaces, each with room of its own.
    most_bytes = settings.PERSON_UPLOADS_GB * 2**30
    if _is_full(author.uploads, size, count, settings.PERSON_UPLOADS, most_bytes):
        raise NoRoom(
            _(
                "You have no room for more uploads. Those that nothing uses go by"
                " themselves after some days."
            )
        )


def _is_full(uploads: Any, size: int, count: int, most: int, most_bytes: float) -> bool:
    there = uploads.aggregate(count=Count("pk"), bytes=Sum("bytes"))
    return bool(there["count"] + count > most or (there["bytes"] or 0) + size > most_bytes)


def _save(key: str, path: Path) -> str:
    with path.open("rb") as file:
        return default_storage.save(key, File(file))
