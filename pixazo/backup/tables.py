"""PostgreSQL's tables as text in one ZIP, as COPY writes it, and back: needs no program beside the
site. It belongs to the migrations that it names; the site is migrated to these before, and from
there to its own after."""

import json
import zipfile
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from pixazo.backup.errors import NotPossible

ABOUT, RECORD = "about.json", "django_migrations"


def dump(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        transaction.atomic(),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            columns = {table: _columns(cursor, table) for table in _tables(cursor)}
            for table, names in columns.items():
                with (
                    file.open(f"{table}.copy", "w", force_zip64=True) as member,
                    cursor.copy(f"COPY {_quoted(table)} ({_list(names)}) TO STDOUT") as rows,
                ):
                    for part in rows:
                        member.write(part)
        applied = sorted(MigrationRecorder(connection).applied_migrations())
        file.writestr(ABOUT, json.dumps({"migrations": applied, "columns": columns}))


def load(path: Path) -> None:
    with zipfile.ZipFile(path) as file:
        about = json.loads(file.read(ABOUT))
        applied = {(app, name) for app, name in about["migrations"]}
        if applied != set(MigrationRecorder(connection).applied_migrations()):
            drop_all()
            migrate_to(applied)
        with transaction.atomic(), connection.cursor() as cursor:
            empty(cursor)
            for table, names in about["columns"].items():
                with (
                    file.open(f"{table}.copy") as member,
                    cursor.copy(f"COPY {_quoted(table)} ({_list(names)}) FROM STDIN") as rows,
                ):
                    while part := member.read(2**20):
                        rows.write(part)
            reset_sequences(cursor)


def migrate_to(applied: set[tuple[str, str]]) -> None:
    """Raises `NotPossible` for migrations that this code does not know."""
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    if unknown := sorted(applied - set(nodes)):
        app, name = unknown[0]
        raise NotPossible(f"This is of a newer Pixazo ({app} {name}): install that one first.")
    # A migration of before as a target would mean to go back to it.
    last = [
        node
        for node in applied
        if not any(
            child.key[0] == node[0] and child.key in applied for child in nodes[node].children
        )
    ]
    executor.migrate(last)


def drop_all() -> None:
    """What `migrate` made and nobody has used."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {_quoted(table)} CASCADE")


def empty(cursor: Any) -> None:
    names = ", ".join(_quoted(table) for table in _tables(cursor))
    cursor.execute(f"TRUNCATE {names} CASCADE")


def reset_sequences(cursor: Any) -> None:
    """Each goes on behind the highest number that is in use."""
    cursor.execute(
        "SELECT pg_get_serial_sequence(quote_ident(table_name), column_name), table_name,"
        " column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND (is_identity = 'YES' OR column_default LIKE 'nextval(%%')"
    )
    for sequence, table, column in cursor.fetchall():
        if sequence:
            highest = f"COALESCE(MAX({_quoted(column)}), 1)"
            asked = f"SELECT setval(%s, {highest}, COUNT(*) > 0) FROM {_quoted(table)}"  # noqa: S608  # nosec B608
            cursor.execute(asked, [sequence])


def _tables(cursor: Any) -> list[str]:
    """All but the record of migrations, which each database keeps for itself."""
    return sorted(set(cursor.db.introspection.table_names(cursor)) - {RECORD})


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _list(names: list[str]) -> str:
    return ", ".join(map(_quoted, names))
