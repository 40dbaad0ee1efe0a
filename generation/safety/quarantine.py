"""The only place that stores pictures where staff alone can see them, and removes them again."""

import io
import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from PIL.Image import Image as Picture

from generation import pictures
from generation.models import SafetyCase
from generation.storage import stored_keys

# Not below the folder of pictures: no address of the site leads here, the collector neither.
FOLDER = "quarantine"


def put(image: Picture) -> str:
    """The storage key of a picture that nobody may see."""
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG", compress_level=1)
    key = f"{FOLDER}/{secrets.token_hex(16)}.png"
    return default_storage.save(key, ContentFile(file.getvalue()))


def empty(before: datetime) -> tuple[int, int]:
    """Delete pictures of cases that were decided, or never appealed, since before then; and files
    that no case names. Says how many files went, and their bytes."""
    old = SafetyCase.objects.exclude(quarantined="").filter(
        Q(decided__lt=before) | Q(state=SafetyCase.State.HELD, created__lt=before)
    )
    gone = pictures.discard(old.values_list("quarantined", flat=True))
    old.update(quarantined="")
    named = set(SafetyCase.objects.exclude(quarantined="").values_list("quarantined", flat=True))
    lost = [
        key
        for key in stored_keys(FOLDER)
        if key not in named and default_storage.get_modified_time(key) < before
    ]
    files, size = pictures.discard(lost)
    return gone[0] + files, gone[1] + size
