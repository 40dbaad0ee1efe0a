"""The only place that writes the addresses of stored pictures as pages name them.

Where nginx stands in front and has `PIXAZO_THUMBNAIL_SECRET` as well, small ones are signed: nginx
sends them by itself while the signature counts, and a page of fifty asks the app once, not fifty
times. What the signature says is that a page which may show the picture was asked for within the
last hours; after that, or without it, the app decides as ever (decision 13).
"""

import base64
import hashlib
import time
from urllib.parse import quote

from django.conf import settings

# So long an address stays the same, for the browser's cache; it counts once as long after that.
SECONDS = 3600


def address(key: str) -> str:
    """The picture's path, signed where nginx can check it. `key` is of the storage."""
    path = f"/{quote(key)}"
    if not settings.THUMBNAIL_SECRET or not key.endswith(".webp"):
        return path
    until = (int(time.time()) // SECONDS + 2) * SECONDS
    return f"{path}?until={until}&signature={signature(f'/{key}', until)}"


def signature(path: str, until: int) -> str:
    """As nginx's `secure_link_md5` reckons it (deploy/nginx/pixazo.conf.template)."""
    text = f"{until}{path} {settings.THUMBNAIL_SECRET}"
    # nginx has no other than MD5. Nobody can make two texts here that end in the same secret.
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
