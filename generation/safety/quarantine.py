"""The only place that stores pictures where staff alone can see them, and removes them again."""

import io
import secrets
from collections.abc import Iterator
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from PIL.Image import Image as Picture

from generation import pictures
from generation.models import SafetyCase
from generation.storage import is_older, stored_keys

# Not below the folder of pictures: no address of the site leads here, the collector neither.
FOLDER = "quarantine"
AT_ONCE = 500  # rows that are read together


def put(image: Picture) -> str:
    """The storage key of a picture that nobody may see."""
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG", compress_level=1)
    key = f"{FOLDER}/{secrets.token_hex(16)}.png"
    return default_storage.save(key, ContentFile(file.getvalue()))


def empty(before: datetime) -> tuple[int, int]:
    """Delete pictures of cases that were decided, or never appealed, since before then; and files
    that no case names. Says how many files went, and their bytes."""
    rows = list(_old(before).values_list("pk", "quarantined"))
    # Asked again with each change: somebody may just have appealed.
    gone = [key for pk, key in rows if _old(before).filter(pk=pk).update(quarantined="")]
    files, size = pictures.remove(gone)
    more, freed = pictures.remove(_unnamed(before))
    return files + more, size + freed


def old_keys(before: datetime) -> Iterator[str]:
    """Of the files that would go with that."""
    yield from _old(before).values_list("quarantined", flat=True).iterator(AT_ONCE)
    yield from _unnamed(before)


def _old(before: datetime) -> QuerySet[SafetyCase]:
    return SafetyCase.objects.exclude(quarantined="").filter(
        Q(decided__lt=before) | Q(state=SafetyCase.State.HELD, created__lt=before)
    )


def _unnamed(before: datetime) -> list[str]:
    named = set(SafetyCase.objects.exclude(quarantined="").values_list("quarantined", flat=True))
    return [key for key in stored_keys(FOLDER) if key not in named and is_older(key, before)]
