"""A secret key that is made once and kept, so that a desk needs no set-up and stays signed in."""

import fcntl
import os
from pathlib import Path
from tempfile import mkstemp

from django.core.management.utils import get_random_secret_key
from django.utils.crypto import salted_hmac


def kept_secret_key(path: Path) -> str:
    """Read the key at `path`; where there is none, make one that only this user may read."""
    if not path.exists() or _is_empty(path):
        _make(path)
    return path.read_text().strip()


def mark_of(secret: str) -> str:
    """By which a secret is known again, and not found out: 16 hexadecimal digits."""
    return salted_hmac("pixazo.secret_key.mark", "", secret=secret, algorithm="sha256").hexdigest()[
        :16
    ]


def secrets_in(text: str) -> list[str]:
    """Several, with commas between."""
    return [each.strip() for each in text.split(",") if each.strip()]


def _make(path: Path) -> None:
    """Whole before it has its name. Of several processes that make one, all read the same then."""
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    made = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(get_random_secret_key() + get_random_secret_key())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(made, path)
        except OSError:  # it is there by now, or no file can have two names here
            _put_in_place_of_nothing(made, path)
    finally:
        made.unlink(missing_ok=True)


def _put_in_place_of_nothing(made: Path, path: Path) -> None:
    """Of those who find no file, or an empty one as an older version left that was killed, one
    replaces it."""
    path.touch(0o600)
    with path.open() as there:
        fcntl.flock(there, fcntl.LOCK_EX)
        if _is_empty(path):
            made.replace(path)


def _is_empty(path: Path) -> bool:
    return not path.read_text().strip()
