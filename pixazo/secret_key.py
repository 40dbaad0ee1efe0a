"""A secret key that is made once and kept, so that a desk needs no set-up and stays signed in."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key
from django.utils.crypto import salted_hmac


def kept_secret_key(path: Path) -> str:
    """Read the key at `path`; where there is none, make one that only this user may read."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = get_random_secret_key() + get_random_secret_key()
        file.write(key)
    return key


def mark_of(secret: str) -> str:
    """By which a secret is known again, and not found out: 16 hexadecimal digits."""
    return salted_hmac("pixazo.secret_key.mark", "", secret=secret, algorithm="sha256").hexdigest()[
        :16
    ]


def secrets_in(text: str) -> list[str]:
    """Several, with commas between."""
    return [each.strip() for each in text.split(",") if each.strip()]
