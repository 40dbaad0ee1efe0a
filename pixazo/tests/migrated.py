"""A database with all migrations applied, made once and copied from then on.

Migrating takes a core half a minute, and each process of a test run and each desk would do so. What
is copied depends on migrations, models, settings and what those import: whenever a line of these
changes, it is made anew. The way from nothing is gone once by that, and by the desk of
`test_desk.py` that begins with an empty folder.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from tools import debian

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "billing", "chat", "generation", "pixazo", "workspaces")
# Where a line that changes may make another database: migrations import these files of ours only.
FOLDERS = {"migrations", "models", "settings"}
FILES = {"apps.py", "encrypted.py", "ids.py", "models.py", "names.py", "preferences.py", "units.py"}
KEPT = ROOT / ".pytest_cache" / "migrated"
NAMED = "MIGRATED_AS"  # by `tools.mutants`: a mistake in a model makes no other database


def file():
    """An SQLite file to be copied."""
    made = KEPT / f"{fingerprint()}.sqlite3"
    with _one_at_a_time():
        if not made.exists():
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            _make_file(made)
    return made


def database(server):
    """The name of a database to be copied, on this PostgreSQL."""
    made = f"migrated_{fingerprint()}"
    with _one_at_a_time():
        found = _sql(server, "SELECT 1 FROM pg_database WHERE datname = {}", Literal(made))
        if not found:
            half = f"half_{made}"
            _sql(server, "DROP DATABASE IF EXISTS {}", Identifier(half))
            _sql(server, "CREATE DATABASE {}", Identifier(half))
            _fill(f"{server.rpartition('/')[0]}/{half}")
            _sql(server, "ALTER DATABASE {} RENAME TO {}", Identifier(half), Identifier(made))
    return made


def copy_database(server, name):
    """One that is migrated, in the place of whichever had this name."""
    made = Identifier(database(server))
    drop_database(server, name)
    _sql(server, "CREATE DATABASE {} TEMPLATE {}", Identifier(name), made)


def drop_database(server, name):
    _sql(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", Identifier(name))


def fill(url):
    """Into an empty database of whichever PostgreSQL: migrated once, then what was written down."""
    with _one_at_a_time():
        _fill(url)


def _fill(url):
    written = KEPT / f"{fingerprint()}.sql"
    if written.exists():
        words = [debian.find("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "--file", written, url]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        return
    _migrate(url)
    for old in KEPT.glob("*.sql"):
        old.unlink()
    half = written.with_suffix(".half")
    subprocess.run([debian.find("pg_dump"), "--no-owner", "--file", half, url], check=True)
    half.rename(written)


def _sql(server, text, *words):
    with psycopg.connect(server, autocommit=True) as connection:
        cursor = connection.execute(SQL(text).format(*words))
        return cursor.fetchall() if cursor.description else []


def _make_file(made):
    half = made.with_suffix(".half")
    half.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pixazo.sqlite3"
        _migrate(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("VACUUM INTO ?", [str(half)])
    half.rename(made)


def _migrate(url):
    """By the program that an operator calls, in settings without anything of this test run."""
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("PIXAZO_") and name not in {"DJANGO_SETTINGS_MODULE", "REDIS_URL"}
    }
    with tempfile.TemporaryDirectory() as data:
        settings = {"DATABASE_URL": url, "DATABASE_POOL": "0", "PIXAZO_DATA": data}
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env={**kept, **settings, "PIXAZO_LOG_FILE": "-", "PIXAZO_ENV_FILE": os.devnull},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout + done.stderr


@cache
def fingerprint():
    if named := os.environ.get(NAMED):
        return named
    told = hashlib.sha256()
    for package in ("django", "django-allauth", "djangorestframework"):
        told.update(version(package).encode())
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not FOLDERS.isdisjoint(path.parts) or path.name in FILES:
                told.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return told.hexdigest()[:16]


@contextmanager
def _one_at_a_time():
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(KEPT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
