"""How a kept statement (`prepared.py`, `insertion.py`) goes to the database: past Django's cursors,
straight to the driver; and what PostgreSQL is to keep of it (decision 17)."""

from collections.abc import Sequence
from functools import cache
from secrets import randbits
from typing import Any

from django.db import transaction

from pixazo.watching.queries import Count


def send(
    connection: Any,
    sql: str,
    values: Sequence[Any],
    *,
    reads: bool = False,
    planned_once: bool = False,
) -> tuple[list[Any], int]:
    """The rows that a kept statement answers, if it reads any, and how many it changed."""
    counts = connection.execute_wrappers
    if connection.queries_logged or not all(type(one) is Count for one in counts):
        with connection.cursor() as cursor:  # somebody wants to see what is asked
            cursor.execute(sql, values)
            return cursor.fetchall() if reads else [], cursor.rowcount
    for count in counts:
        count.sent += 1
    if reads:
        return _sent(connection, sql, values, reads=True, planned_once=planned_once)
    with transaction.mark_for_rollback_on_error(using=connection.alias):
        return _sent(connection, sql, values, reads=False)


def _sent(
    connection: Any, sql: str, values: Sequence[Any], *, reads: bool, planned_once: bool = False
) -> tuple[list[Any], int]:
    connection.validate_thread_sharing()
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = DRIVERS[connection.vendor](connection.connection, sql, values, planned_once)
        return cursor.fetchall() if reads else [], cursor.rowcount


def _to_sqlite(driver: Any, sql: str, values: Sequence[Any], planned_once: bool) -> Any:
    return driver.execute(_with_question_marks(sql), values)


def _to_postgresql(driver: Any, sql: str, values: Sequence[Any], planned_once: bool) -> Any:
    """Bound by the server.

    A plan is kept from its sixth time on, and never in a transaction, which could not ask again."""
    from psycopg import errors
    from psycopg.pq import TransactionStatus

    cursor = _kept_cursor(driver)
    # Of a transaction PostgreSQL knows only once something was asked in it.
    is_alone = driver.autocommit and driver.pgconn.transaction_status == TransactionStatus.IDLE
    if not (planned_once and is_alone):
        return cursor.execute(sql, values, prepare=False)
    try:
        return cursor.execute(sql, values)
    except (
        errors.FeatureNotSupported,  # a migration has changed the type of a column
        errors.InvalidSqlStatementName,  # a pooler has sent this to another connection
        errors.DuplicatePreparedStatement,  # which had a plan of this name
    ):
        cursor.execute("DEALLOCATE ALL", prepare=False)
        return cursor.execute(sql, values, prepare=False)


def _kept_cursor(driver: Any) -> Any:
    """It stays with its connection: each has a map of its own of how to write what, which takes
    time to copy.

    psycopg numbers plans from 0 in every process. Behind a pooler one process could follow another
    one's plan by its own number, and get the answer to something else: so each begins elsewhere."""
    from psycopg import Cursor

    if (cursor := getattr(driver, "kept_cursor", None)) is None:
        cursor = driver.kept_cursor = Cursor(driver)
        driver._prepared._prepared_idx = randbits(62)  # noqa: SLF001  nothing else sets it
    return cursor


DRIVERS = {"sqlite": _to_sqlite, "postgresql": _to_postgresql}


@cache
def _with_question_marks(sql: str) -> str:
    """As SQLite marks its parameters."""
    return sql.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
