"""All rows as one file, as they were at one moment, and back into an empty database.

Of SQLite its own copy of a running database; of PostgreSQL what pg_dump writes, or, where this
machine has none that is as new as the server, the tables as text (`tables`).
"""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from glob import glob
from pathlib import Path
from typing import Any

from django.db import connection

from pixazo.backup import tables
from pixazo.backup.errors import NotPossible

SQLITE, CUSTOM, TABLES = "sqlite", "pg_dump", "tables"
SSL = {"sslmode", "sslrootcert", "sslcert", "sslkey"}


def dump(path: Path) -> str:
    """Write it; which of the three forms it has."""
    if connection.vendor == "sqlite":
        _copy_sqlite(path)
        return SQLITE
    if program := _program("pg_dump"):
        _run(program, "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
        return CUSTOM
    tables.dump(path)
    return TABLES


def load(path: Path, form: str) -> None:
    """Into an empty database: all of it, or nothing."""
    if (form == SQLITE) != (connection.vendor == "sqlite"):
        raise NotPossible(
            f"This backup is of {'SQLite' if form == SQLITE else 'PostgreSQL'}: restore it there."
            " From SQLite to PostgreSQL leads manage.py move_to_postgres."
        )
    if form == SQLITE:
        _load_sqlite(path)
    elif form == TABLES:
        tables.load(path)
    else:
        _load_custom(path)
    connection.close()  # what it knew of the database is not so any more


def is_empty() -> bool:
    """Whether nobody has been here: no tables, or those that `migrate` makes, with no person."""
    if "accounts_user" not in connection.introspection.table_names():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
        return cursor.fetchone() is None


def _copy_sqlite(path: Path) -> None:
    """In one go, and therefore as one state; who writes meanwhile doesn't wait (WAL)."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=60)) as source,
        closing(sqlite3.connect(path)) as copy,
    ):
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        except sqlite3.Error as error:
            raise NotPossible(
                f"The database can't be copied to {path.parent}, where there must be room for it"
                f" (TMPDIR names another folder): {error}."
            ) from error
        _look_through(copy)


def _load_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        _look_through(copy)
        connection.close()
        name = connection.settings_dict["NAME"]
        try:
            with closing(sqlite3.connect(name, timeout=60)) as target:
                copy.backup(target)
                target.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error as error:
            raise NotPossible(
                f"The rows can't be written to {name}, where there must be room for them: {error}."
            ) from error


def _look_through(copy: sqlite3.Connection) -> None:
    try:
        (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise NotPossible(f"The copy of the database is damaged: {said}.")


def _load_custom(path: Path) -> None:
    program = _program("pg_restore")
    if program is None:
        raise NotPossible(
            "This backup was written by pg_dump, and this machine has no pg_restore that is as new"
            " as its PostgreSQL: install postgresql-client."
        )
    tables.drop_all()
    words = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run(program, *words, str(path))


def _program(name: str) -> str | None:
    """The newest there is, if it is as new as the server: Debian keeps them off the PATH."""
    found = glob(f"/usr/lib/postgresql/*/bin/{name}") + [
        path for path in [shutil.which(name)] if path
    ]
    versions = {path: _version(path) for path in found}
    newest = max(versions, key=lambda path: versions[path], default=None)
    connection.ensure_connection()
    server: Any = connection
    return newest if newest and versions[newest] >= server.pg_version // 10_000 else None


def _version(path: str) -> int:
    asked = [path, "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def _run(program: str, *words: str) -> None:
    """The password goes by the environment: others may see what a program was called with."""
    known = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    said = {name: str(known[key]) for name, key in names.items() if known[key]}
    options = {
        f"PG{key.upper()}": str(known["OPTIONS"][key]) for key in SSL & set(known["OPTIONS"])
    }
    where = [f"--dbname={known['NAME']}"]
    # nosemgrep: missing-timeout  a large site's rows take as long as they take
    done = subprocess.run(
        [program, *where, *words],
        env={**os.environ, **said, **options},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotPossible(f"{Path(program).name} failed: {done.stderr.strip()[-1000:]}")
