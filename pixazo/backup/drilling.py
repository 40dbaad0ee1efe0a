"""Tries a backup out beside the running site: it comes back into a database and a folder that are
thrown away after, by the command that would be called then, and is verified there.

The trial has the site's secrets, so that what is encrypted is read, and none of its ways outside:
no Redis, no bucket, no mail, no Stripe.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from pixazo import landmarks
from pixazo.backup.errors import NotPossible
from pixazo.backup.vault import Vault
from pixazo.settings.places import env

KEPT = {"PIXAZO_URL", "PIXAZO_ENCRYPTION_KEYS", "PIXAZO_BACKUP_KEY"}
KEPT_PREFIX = "PIXAZO_OPERATOR"  # without which a site with an address does not start
SETTINGS = "DJANGO_SETTINGS_MODULE"
ROOM = 1.1


def drill(folder: Path, phrase: str = "", name: str = "", database: str = "") -> str:
    """The name of the backup that came back: the latest, or that one. Prints what `restore` does.
    `database`: an empty PostgreSQL, where none can be made. Raises `NotPossible`."""
    vault = Vault.at(folder, phrase)
    chosen = name or next(reversed(vault.sets()), "")
    if not chosen:
        raise NotPossible(f"There is no finished backup in {folder}.")
    words = ["restore", str(folder), "--name", chosen, "--of", vault.site]
    with tempfile.TemporaryDirectory(prefix="pixazo-drill-") as beside:
        if chosen in vault.sets():
            _look_for_room(Path(beside), vault.about(chosen)["files"]["bytes"])
        with _emptied(database) as url:
            # nosemgrep: missing-timeout  a large backup takes as long as it takes
            done = subprocess.run(  # our own program  # nosec B603
                [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
                env=_environment(beside, url),
                stdin=subprocess.DEVNULL,
                check=False,
            )
    if done.returncode:
        raise NotPossible(f"The backup {chosen} does not come back: see above.")
    landmarks.reach(landmarks.DRILL)
    return chosen


def _environment(data: str, url: str) -> dict[str, str]:
    ours = env.declared
    kept = {
        name: text for name, text in os.environ.items() if name not in ours and name != SETTINGS
    }
    said = {
        name: env.source[name]
        for name in ours
        if env.source.get(name) and (name in KEPT or name.startswith(KEPT_PREFIX))
    }
    trial = {
        "PIXAZO_ENV_FILE": os.devnull,  # else the rest would be read there
        "PIXAZO_DATA": data,
        "PIXAZO_LOG_FILE": "-",
        "PIXAZO_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": url,
        "DATABASE_POOL": "0",
    }
    return kept | said | trial


def _look_for_room(beside: Path, needed: int) -> None:
    if shutil.disk_usage(beside).free < needed * ROOM:
        raise NotPossible(
            f"{beside.parent} has no room for the {needed // 10**6:,} MB of this backup's files:"
            " name another folder by TMPDIR."
        )


@contextmanager
def _emptied(database: str) -> Iterator[str]:
    """The address of a database that holds nothing: for SQLite none, it lies in the folder."""
    if connection.vendor == "sqlite" or database:
        yield database
        return
    name = f"pixazo_drill_{secrets.token_hex(6)}"
    quoted = connection.ops.quote_name(name)
    try:
        with connection.cursor() as cursor:
            # nosemgrep: raw-sql  a name of ours, quoted
            cursor.execute(f"CREATE DATABASE {quoted}")
    except DatabaseError as error:
        raise NotPossible(
            f"This site's user may not make a database to try it in ({error}): make an empty one"
            " yourself, and name it by NEW_DATABASE_URL."
        ) from error
    try:
        yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    finally:
        with connection.cursor() as cursor:
            # nosemgrep: raw-sql  a name of ours, quoted
            cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")
