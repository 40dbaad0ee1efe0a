"""Makes a backup of a running site: its rows first, then every file that lies in its storage.

Files are written before their rows and, while this goes on, not removed: whatever row is in the
backup has its file there. The list of files is the backup; the files themselves lie in the vault.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.timezone import now

from pixazo import landmarks
from pixazo.backup import rows
from pixazo.backup.errors import NotPossible, written_to
from pixazo.backup.underway import Look, underway
from pixazo.backup.vault import CHUNK, SETS, Vault, private
from pixazo.models import Backup
from pixazo.secret_key import mark_of
from pixazo.settings.places import env
from pixazo.stored import Stored, stored

AT_ONCE, BESIDE = 200, 4  # files between two looks at the rest; how many are read together
KEY_FILE = "secret_key"
Line = tuple[dict[str, Any], bool]  # of the list of files; whether no earlier backup had it


@dataclass(frozen=True)
class Made:
    name: str
    files: int
    bytes: int
    fresh: int  # files that no earlier backup had
    forgotten: int  # files that only older backups had


def make(folder: Path, phrase: str = "", keep: int = 0, site: str = "") -> Made:
    """Raises `NotPossible`. `keep`: so many backups stay, this one among them; 0: all. `site`:
    whose backups lie there, if it has moved since."""
    _look_where(folder)
    _look_whence()
    vault = Vault.made_at(folder, phrase, site or settings.SITE_URL)
    with underway() as look:
        name = f"{now():%Y%m%dT%H%M%SZ}"
        if (folder / SETS / name).exists():
            raise NotPossible("A backup was made in this very second.")
        earlier = _known(vault)
        # Not in the folder: it is not encrypted yet, and one that was killed leaves it behind.
        with tempfile.TemporaryDirectory(prefix="pixazo-backup-") as beside:
            path = Path(beside) / "database"
            form = rows.dump(path)
            database, size = vault.keep(_read(path))
            listed = Path(beside) / "files.jsonl"
            files = count = fresh = 0
            with written_to(beside), listed.open("w") as file:
                for line, is_new in _files(vault, earlier, look):
                    file.write(json.dumps(line) + "\n")
                    files, count, fresh = files + 1, count + line["size"], fresh + is_new
            listing, _ = vault.keep(_read(listed))
        private(folder / SETS / name)
        said = {
            "version": 1,
            "made": now().isoformat(),
            "site": settings.SITE_URL,
            "database": {"form": form, "sha256": database, "size": size},
            "files": {"sha256": listing, "count": files, "bytes": count},
            # Whoever finds a backup must not find the keys to what is encrypted in it.
            "left_out": left_out(),
            "secret": mark_of(settings.SECRET_KEY),
        }
        look()
        vault.write_plain(f"{SETS}/{name}/backup.json", said)
        landmarks.reach(landmarks.BACKUP)
        # Still underway: the files of another that begins now would be in no list yet.
        try:
            forgotten = vault.forget(keep, hashes) if keep else 0
        except NotPossible as error:  # whose files are whose is not known then: none goes
            raise NotPossible(
                f"The new backup {name} is whole. Files of older ones stayed: {error}"
            ) from error
    return Made(name, files, count, fresh, forgotten)


def listed(vault: Vault, name: str) -> Iterator[dict[str, Any]]:
    """The files of a backup: key, size, modified, sha256. Raises `NotPossible`."""
    listing, rest = vault.about(name)["files"]["sha256"], b""
    # Looked through first: only at its end is it known that no line of it is damaged.
    for _chunk in vault.own(name, listing):
        pass
    for chunk in vault.own(name, listing):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(json.loads, lines)


def hashes(vault: Vault, name: str) -> Iterator[str]:
    """Of all that a backup needs."""
    about = vault.about(name)
    yield about["database"]["sha256"]
    yield about["files"]["sha256"]
    for line in listed(vault, name):
        yield line["sha256"]


def left_out() -> list[str]:
    """What a backup never holds and a restored site needs: names of settings, and files."""
    found = [
        name
        for name, setting in sorted(env.declared.items())
        if setting.type == "secret" and env.source.get(name)
    ]
    key = settings.DATA / KEY_FILE
    return found + [str(path) for path in (key, settings.C2PA_KEY) if path and os.path.exists(path)]


def _files(vault: Vault, earlier: dict[str, Any], look: Look) -> Iterator[Line]:
    found = stored()
    with ThreadPoolExecutor(BESIDE) as threads:
        while some := list(islice(found, AT_ONCE)):
            look()
            lines = threads.map(lambda file: _line(vault, earlier.get(file.key), file), some)
            yield from (line for line in lines if line)


def _line(vault: Vault, earlier: dict[str, Any] | None, file: Stored) -> Line | None:
    """None for what has gone since it was found: no picture's file does."""
    line = {"key": file.key, "size": file.size, "modified": file.modified.isoformat()}
    if (
        earlier
        and line.items() <= earlier.items()
        and vault.has(earlier["sha256"], earlier["size"])
    ):
        return earlier, False
    try:
        with default_storage.open(file.key) as content:
            sha256, size = vault.keep(content.chunks(CHUNK))
    except FileNotFoundError:
        return None
    return {**line, "size": size, "sha256": sha256}, True


def _known(vault: Vault) -> dict[str, dict[str, Any]]:
    """What the latest backup holds: what is stored never changes, so it need not be read again."""
    for name in reversed(vault.sets()):
        with suppress(NotPossible):  # the one before does as well
            return {line["key"]: line for line in listed(vault, name)}
    return {}


def _look_where(folder: Path) -> None:
    for place in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        if folder == Path(place) or Path(place) in folder.parents:
            raise NotPossible(f"Not into {place}: backups would lie among what the site serves.")


def _look_whence() -> None:
    """Called without the site's settings, Django has made an empty database."""
    if Backup._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001
        raise NotPossible(
            f"The database {connection.settings_dict['NAME']} holds no site, it was never migrated:"
            " are the site's settings, such as DATABASE_URL and PIXAZO_DATA, in the environment?"
        )


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
