"""The folder with backups. Each file lies in it once, named by what is in it, however many backups
have it: what is stored never changes, so a nightly backup writes only what is new."""

import errno
import hashlib
import hmac
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pixazo.backup.errors import Damaged, NotPossible, written_to
from pixazo.backup.sealed import Key, Unreadable, length, opened, seal

CHUNK = 2**20
ABOUT, SETS, FILES, UNFINISHED = "vault.json", "sets", "files", ".part"
PROOF = "pixazo backup"  # by which a wrong key is noticed at once


class Vault:
    def __init__(self, folder: Path, key: Key | None) -> None:
        self.folder, self.key = folder, key

    @classmethod
    def at(cls, folder: Path, phrase: str) -> Self:
        """An existing one. Raises `NotPossible` where there is none, or its key is another."""
        try:
            about = json.loads((folder / ABOUT).read_text())
        except FileNotFoundError:
            raise NotPossible(f"There are no backups in {folder}.") from None
        except (OSError, ValueError) as error:
            raise NotPossible(f"{folder / ABOUT} can't be read: {error}.") from error
        if not about["salt"]:
            return cls(folder, None)
        if not phrase:
            raise NotPossible("These backups are encrypted: set PIXAZO_BACKUP_KEY.")
        key = Key.of(phrase, bytes.fromhex(about["salt"]))
        if not hmac.compare_digest(key.name(PROOF), about["proof"]):
            raise NotPossible("These backups were encrypted with another PIXAZO_BACKUP_KEY.")
        return cls(folder, key)

    @classmethod
    def made_at(cls, folder: Path, phrase: str, site: str) -> Self:
        """The same, or a new one in an empty or new folder. `site`: whose backups they are."""
        if (folder / ABOUT).exists():
            vault = cls.at(folder, phrase)
            if phrase and vault.key is None:
                raise NotPossible(
                    f"The backups in {folder} are not encrypted: take another folder for those that"
                    " shall be."
                )
            vault.belongs_to(site)
            return vault
        private(folder)
        if any(folder.iterdir()):
            raise NotPossible(f"{folder} holds other things: take a new folder for backups.")
        salt = os.urandom(16) if phrase else b""
        key = Key.of(phrase, salt) if phrase else None
        vault = cls(folder, key)
        about = {"version": 1, "salt": salt.hex(), "proof": key.name(PROOF) if key else ""}
        vault.write_plain(ABOUT, {**about, "site": site})
        return vault

    @property
    def site(self) -> str:
        """Whose backups they are: as the latest says, since a site may have moved; else as the
        folder says, which is no proof that there is one."""
        for name in reversed(self.sets()):
            with suppress(NotPossible):  # an earlier one may come back all the same
                return str(self.about(name).get("site", ""))
        return str(json.loads((self.folder / ABOUT).read_text()).get("site", ""))

    def belongs_to(self, site: str) -> None:
        """Raises `NotPossible` where it is another's."""
        if self.site not in ("", site):
            raise NotPossible(
                f"The backups in {self.folder} are of {self.site}, and this site is {site}: take"
                " another folder, or see that PIXAZO_URL is right. If the site has moved, say so"
                f" with --of {self.site}"
            )

    def sets(self) -> list[str]:
        """Names of the finished backups, the oldest first."""
        return sorted(path.parent.name for path in self.folder.glob(f"{SETS}/*/backup.json"))

    def about(self, name: str) -> dict[str, Any]:
        """Raises `NotPossible` for what is damaged."""
        path = self.folder / SETS / name / "backup.json"
        try:
            found: dict[str, Any] = json.loads(path.read_text())
        except ValueError:
            raise self._useless(name, path) from None
        return found

    def own(self, name: str, sha256: str) -> Iterator[bytes]:
        """Without which the backup `name` is none: its rows, or its list of files. Raises
        `NotPossible`."""
        try:
            yield from self.read(sha256)
        except Damaged:
            raise self._useless(name, self.path_of(sha256)) from None

    def _useless(self, name: str, path: Path) -> NotPossible:
        return NotPossible(
            f"The backup {name} is damaged: {path} can't be read. An earlier one comes back with"
            " --name; where it is of no use any more, remove the folder"
            f" {self.folder / SETS / name}."
        )

    def keep(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Its SHA-256 and its length."""
        told, size = hashlib.sha256(), 0

        def heard() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                told.update(chunk)
                size += len(chunk)
                yield chunk

        part = self.folder / FILES / f"{secrets.token_hex(8)}{UNFINISHED}"
        _write(part, seal(heard(), self.key) if self.key else heard())
        path = self.path_of(told.hexdigest())
        private(path.parent)
        part.replace(path)  # also one that is there: it may have been damaged
        return told.hexdigest(), size

    def has(self, sha256: str, size: int) -> bool:
        """As long as it must be; `read` alone sees what else may be wrong with it."""
        try:
            there = self.path_of(sha256).stat().st_size
        except FileNotFoundError:
            return False
        return there == (length(size) if self.key else size)

    def read(self, sha256: str) -> Iterator[bytes]:
        """Raises `Damaged`, also at its end, for what is not what its name says."""
        told, path = hashlib.sha256(), self.path_of(sha256)
        again = "the next backup writes it anew if the site still has it."
        damaged = f"The backup's file {path} is damaged. Remove it, and {again}"
        try:
            with path.open("rb") as file:
                for chunk in opened(file, self.key) if self.key else _chunks(file):
                    told.update(chunk)
                    yield chunk
        except FileNotFoundError:
            if not (self.folder / ABOUT).exists():
                raise NotPossible(f"The backups are no longer in {self.folder}.") from None
            raise Damaged(f"The backup lacks the file {path}: {again}") from None
        except Unreadable:
            raise Damaged(damaged) from None
        except OSError as error:
            if error.errno != errno.EIO:  # a disk that can't read it
                raise
            raise Damaged(damaged) from error
        if told.hexdigest() != sha256:
            raise Damaged(damaged)

    def path_of(self, sha256: str) -> Path:
        name = self.key.name(sha256) if self.key else sha256
        return self.folder / FILES / name[:2] / name

    def write_plain(self, name: str, said: Any) -> None:
        path = self.folder / name
        part = path.with_name(path.name + UNFINISHED)
        _write(part, [json.dumps(said, indent=1).encode()])
        part.rename(path)

    def forget(self, keep: int, files_of: Any) -> int:
        """Only the newest `keep` backups stay, and the files that one of them has; how many files
        went. `files_of`: the hashes that a backup names."""
        for name in self.sets()[:-keep]:
            shutil.rmtree(self.folder / SETS / name)
        whole = set(self.sets())
        for path in (self.folder / SETS).iterdir():
            if path.name not in whole:  # one that was interrupted
                shutil.rmtree(path)
        named = {self.path_of(each).name for name in whole for each in files_of(self, name)}
        gone = 0
        for path in (self.folder / FILES).rglob("*"):
            if path.is_file() and path.name not in named:
                path.unlink()
                gone += 1
        return gone


def private(folder: Path) -> None:
    """`mkdir` gives its mode to the last folder alone."""
    for each in (*reversed(folder.parents), folder):
        with suppress(FileExistsError):
            each.mkdir(mode=0o700)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    private(path.parent)
    try:
        with (
            written_to(path.parent),
            os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        ):
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _chunks(file: Any) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
