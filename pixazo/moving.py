"""Moves all rows of a site from its SQLite to an empty PostgreSQL, in portions, and looks at both.

All or nothing: one transaction there, while nobody can write here. What is compared is each table's
count and a sum of hashes of its rows, which no order changes. A table named `MARK` says that a
database is half moved into: only such a one, or an empty one, is written to.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import dj_database_url
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Field, JSONField, Model, TextField
from django.db.models.functions import Cast
from django.db.utils import ConnectionHandler

from pixazo.backup import tables
from pixazo.backup.errors import NotPossible
from pixazo.encrypted import EncryptedTextField

THERE, MARK = "moved", "pixazo_moving"
AT_ONCE = 500  # rows in memory
MOST = 2**256
Row = tuple[Any, ...]


@dataclass
class Sum:
    """Of the rows of a table, in whatever order they come."""

    count: int = 0
    hashes: int = 0

    def add(self, row: Row) -> None:
        text = json.dumps([plain(value) for value in row], sort_keys=True)
        self.count += 1
        self.hashes += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        self.hashes %= MOST


def move(url: str, say: Callable[[str], None] = lambda sentence: None) -> int:
    """How many rows. Raises `NotPossible`; this site's database is as it was in any case."""
    _look_at_here()
    _connect(url)
    try:
        _look_at_there()
        _manage(url, "migrate", "--no-input", "--verbosity", "0")
        # Immediate: whoever would write here waits, or fails, and nothing is lost on the way.
        with transaction.atomic(), transaction.atomic(using=THERE):
            count = _copy_all(say)
        say("The new database is being verified ...")
        _manage(url, "verify")
        with connections[THERE].cursor() as cursor:
            cursor.execute(f"DROP TABLE {MARK}")  # nosemgrep: raw-sql  a name of ours
    except DatabaseError as error:
        raise NotPossible(f"PostgreSQL refused: {str(error).strip()}") from error
    finally:
        connections[THERE].close()
        del connections[THERE], connections.settings[THERE]
    return count


def _look_at_here() -> None:
    if connection.vendor != "sqlite":
        raise NotPossible("This site is not on SQLite: there is nothing to move.")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotPossible("This site's database is of an older version: manage.py migrate first.")


def _connect(url: str) -> None:
    try:
        known = dict(dj_database_url.parse(url)) if url else {}
    except (ValueError, ImproperlyConfigured) as error:
        raise NotPossible("NEW_DATABASE_URL is no address of a database.") from error
    if not str(known.get("ENGINE", "")).endswith("postgresql"):
        raise NotPossible("Set NEW_DATABASE_URL to postgres://user:password@host:port/name.")
    connections.settings[THERE] = ConnectionHandler({"default": known}).settings["default"]


def _look_at_there() -> None:
    with connections[THERE].cursor() as cursor:
        names = connections[THERE].introspection.table_names(cursor)
        if MARK in names:
            return  # an earlier move that broke off
        if names and not _is_unused(cursor, names):
            raise NotPossible("The new database is not empty. Make another one, and move there.")
        # nosemgrep: raw-sql  a name of ours
        cursor.execute(f"CREATE TABLE {MARK} (begun timestamptz DEFAULT now())")


def _is_unused(cursor: Any, names: list[str]) -> bool:
    """`migrate` alone has been here."""
    if "accounts_user" not in names or "django_migrations" not in names:
        return False
    cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
    return cursor.fetchone() is None


def _manage(url: str, *words: str) -> None:
    """A command of the site on the new database, as the site will run there."""
    # nosemgrep: missing-timeout  a large site's verifying takes as long as it takes
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "DATABASE_POOL": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise NotPossible(f"manage.py {words[0]} failed on the new database:\n{said}")


def _copy_all(say: Callable[[str], None]) -> int:
    models = [model for model in apps.get_models(include_auto_created=True) if _has_table(model)]
    with connections[THERE].cursor() as cursor:
        tables.empty(cursor)
        here = {model: _copy(model, cursor) for model in models}
        tables.reset_sequences(cursor)
    for model, said in here.items():
        there = Sum()
        for row in _rows(model, THERE):
            there.add(row)
        if there != said:
            raise NotPossible(
                f"{model._meta.db_table} differs:"  # noqa: SLF001
                f" {said.count} rows here, {there.count} there, or other words in them."
            )
        if said.count:
            say(f"{model._meta.db_table}: {said.count} rows")  # noqa: SLF001
    return sum(said.count for said in here.values())


def _has_table(model: type[Model]) -> bool:
    return model._meta.managed and not model._meta.proxy  # noqa: SLF001


def _copy(model: type[Model], cursor: Any) -> Sum:
    said, fields = Sum(), _fields(model)
    quote = connections[THERE].ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = model._meta.db_table  # noqa: SLF001
    try:
        with (
            connections[THERE].wrap_database_errors,  # COPY goes past Django
            cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as rows,
        ):
            for row in _rows(model, "default"):
                said.add(row)
                rows.write_row([_prepared(*pair) for pair in zip(fields, row, strict=True)])
    except DatabaseError as error:
        raise NotPossible(f"A row of {table} was refused: {str(error).strip()}") from error
    return said


def _rows(model: type[Model], alias: str) -> Iterator[Row]:
    names, kept = [], {}
    for field in _fields(model):
        name = field.attname
        if isinstance(field, EncryptedTextField):  # as it is: its key may be another one's
            name = f"kept_{field.name}"
            kept[name] = Cast(field.name, TextField())
        names.append(name)
    rows = model._base_manager.using(alias).order_by().annotate(**kept)  # noqa: SLF001
    return rows.values_list(*names).iterator(AT_ONCE)


def _fields(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]  # noqa: SLF001


def _prepared(field: Field, value: Any) -> Any:
    if isinstance(field, EncryptedTextField):
        return value
    if isinstance(field, JSONField) and value is None and not field.null:
        return connections[THERE].ops.adapt_json_value(None, field.encoder)  # JSON's own null
    return field.get_db_prep_save(value, connections[THERE])


def plain(value: Any) -> Any:
    """The same for what both databases mean, however each of them writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, str | int | float | None) else str(value)
