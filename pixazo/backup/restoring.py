"""Brings a site back from a backup into an empty place: files first, then rows, as everywhere.

Broken off, it can be begun again: files that are there already are those of the backup or it stops.
"""

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command

from pixazo.backup import rows
from pixazo.backup.errors import Damaged, NotPossible, written_to
from pixazo.backup.making import AT_ONCE, BESIDE, listed
from pixazo.backup.vault import Vault
from pixazo.models import Backup
from pixazo.secret_key import mark_of
from pixazo.stored import stored

IN_MEMORY = 16 * 2**20
# What rooms do once the rows are back, each with sentences for whoever restores.
_afterwards: list[Callable[[], Iterable[str]]] = []


def register(room: Callable[[], Iterable[str]]) -> None:
    _afterwards.append(room)


@dataclass(frozen=True)
class Restored:
    name: str
    made: str
    files: int
    said: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    same_secret: bool = False
    lost: list[str] = field(default_factory=list)  # files that are damaged in the backup


def restore(
    folder: Path, phrase: str = "", name: str = "", site: str = "", *, without_damaged: bool = False
) -> Restored:
    """The latest backup, or the one of that name; `site`: whose, if not this one's. Raises
    `NotPossible`; of stored files that are damaged only where they are not to be left out."""
    vault = Vault.at(folder, phrase)
    vault.belongs_to(site or settings.SITE_URL)
    name = _chosen(vault, name)
    about = vault.about(name)
    if not rows.is_empty():
        raise NotPossible(
            "There are people in this database already. Restore into an empty one: a backup takes"
            " the place of all that is there."
        )
    there = {file.key: file.size for file in stored()}
    with tempfile.TemporaryDirectory(prefix="pixazo-restore-") as beside:
        path = Path(beside) / "database"
        with written_to(beside), path.open("wb") as file:
            file.writelines(vault.own(name, about["database"]["sha256"]))
        lost: list[str] | None = [] if without_damaged else None
        count = _files(vault, name, there, lost)
        rows.load(path, about["database"]["form"])
    call_command("migrate", interactive=False, verbosity=0)
    Backup.objects.all().delete()  # it was underway when its own rows were read
    cache.clear()
    said = [sentence for room in _afterwards for sentence in room()]
    ours = {mark_of(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
    is_ours = about.get("secret") in ours
    return Restored(name, about["made"], count, said, about["left_out"], is_ours, lost or [])


def _chosen(vault: Vault, name: str) -> str:
    names = vault.sets()
    if not names:
        raise NotPossible(f"There is no finished backup in {vault.folder}.")
    if name and name not in names:
        raise NotPossible(f"There is no backup {name}; there are {', '.join(names)}.")
    return name or names[-1]


def _files(vault: Vault, name: str, there: dict[str, int], lost: list[str] | None) -> int:
    _look_at(vault, name, there)
    lines = (line for line in listed(vault, name) if line["key"] not in there)
    count = len(there)
    with ThreadPoolExecutor(BESIDE) as threads:
        while some := list(islice(lines, AT_ONCE)):
            count += sum(threads.map(lambda line: _file(vault, line, lost), some))
    return count


def _look_at(vault: Vault, name: str, there: dict[str, int]) -> None:
    """Only what an earlier try brought may lie there."""
    if not there:
        return
    foreign = dict(there)
    for line in listed(vault, name):
        if foreign.get(line["key"]) == line["size"]:
            del foreign[line["key"]]
    if foreign:
        raise NotPossible(
            f"There are other files in the storage already, such as {min(foreign)}. Restore into an"
            " empty one."
        )


def _file(vault: Vault, line: dict[str, Any], lost: list[str] | None) -> int:
    """Its hash is looked at before it gets its name. `lost` is told of one that is damaged."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as content:
        try:
            with written_to(tempfile.gettempdir()):
                for chunk in vault.read(line["sha256"]):
                    content.write(chunk)
        except Damaged as error:
            if lost is None:
                raise NotPossible(
                    f"{error} If the site is lost, all but such files ({line['key']} was this one)"
                    " comes back with --without-damaged."
                ) from error
            lost.append(line["key"])
            return 0
        content.seek(0)
        with written_to(settings.MEDIA_ROOT):
            kept = default_storage.save(line["key"], File(content, name=line["key"]))
    if kept != line["key"]:
        raise NotPossible(f"{line['key']} came to be while it was restored: is the site running?")
    return 1
