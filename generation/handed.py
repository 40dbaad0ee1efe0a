"""Hands pictures to services elsewhere: signed addresses that anybody may fetch for a short while.

A service that works from a picture wants its address, not its bytes. What is handed out is a copy
of its own: the picture as it was made ready for the request. The collector removes it later.
"""

import secrets
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from generation.providers.errors import ModelTrouble
from generation.storage import FOLDER
from pixazo.checks import is_loopback

SALT = "generation.handed"
# A queue elsewhere may take its time before it looks: at least as long as we wait for it
# (`waiting.LONGEST`).
SECONDS = 3600


def hand(image: Image.Image, name: str = "") -> str:
    """A public address of the picture. Raises `ModelTrouble` where this site has none.

    `name`: what is always the same picture bears the same name, and is stored once.
    """
    if is_loopback(urlsplit(settings.SITE_URL).hostname or ""):
        raise ModelTrouble(
            "The service would have to fetch the picture from this site,"
            " which has no public address (PIXAZO_URL).",
            code="no_public_address",
        )
    key = f"{FOLDER}/handed/{name or secrets.token_hex(16)}.png"
    if not default_storage.exists(key):
        file = BytesIO()
        image.save(file, "PNG", compress_level=1)
        key = default_storage.save(key, ContentFile(file.getvalue()))
    return settings.SITE_URL + reverse("handed", args=[signing.dumps(key, salt=SALT)])


def key_of(token: str) -> str | None:
    """The storage's key of what a token stands for; None if it is false or too old."""
    try:
        key: str = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return key
