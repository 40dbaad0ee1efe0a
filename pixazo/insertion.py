"""New rows of the hottest tables, by statements that are put together once.

`pixazo/prepared.py` says why; `pixazo/tests/test_prepared.py` holds that what is written is what
Django's own would write.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Model, Value
from django.db.models.expressions import DatabaseDefault
from django.utils.timezone import is_aware, now

from pixazo.models import MadeAt
from pixazo.prepared import adapted
from pixazo.sending import send

MOST_VALUES = 30_000  # of one statement; PostgreSQL takes twice as many


def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model, as `bulk_create` does, and read nothing back: a key that the
    database makes stays unknown."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    columns, head, places = _insertion(type(rows[0]), connection.vendor)
    values = [[column.value_of(row, connection) for column in columns] for row in rows]
    _write(connection, head, places, values)
    for row in rows:
        row._state.adding = False  # noqa: SLF001  as Django's own does
        row._state.db = connection.alias  # noqa: SLF001


def insert_columns(model: type[Model], count: int, **columns: Any) -> None:
    """Write so many rows of which these columns are known, by the names of their attributes: a list
    has a value for each row, anything else is the same in all. The other columns get their
    default. No row becomes a model, which takes longer than the database does."""
    if not count:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    known, head, places = _insertion(model, connection.vendor)
    if unknown := columns.keys() - {column.name for column in known}:
        raise ValueError(f"{model.__name__} has no {', '.join(unknown)}.")
    values = [
        column.given(columns[column.name], count, connection)
        if column.name in columns
        else column.defaults(count, connection)
        for column in known
    ]
    _write(connection, head, places, list(zip(*values, strict=True)))


def _write(connection: Any, head: str, places: str, rows: Sequence[Sequence[Any]]) -> None:
    if len(rows) == 1:
        send(connection, head + places, rows[0])
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        _insert_many(cursor, head, places, rows)


def _insert_many(cursor: Any, head: str, places: str, values: Sequence[Sequence[Any]]) -> None:
    if cursor.db.vendor == "sqlite":
        # It keeps the statement and runs it for each row, in this process.
        cursor.executemany(head + places, values)
        return
    # A server would read and plan it anew for each row.
    some = MOST_VALUES // len(values[0])
    for begin in range(0, len(values), some):
        part = values[begin : begin + some]
        flat = [value for row in part for value in row]
        cursor.execute(head + ", ".join([places] * len(part)), flat)


# What such fields keep as it is, so that nobody need be asked how.
AS_IT_IS: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.FloatField: float,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.PositiveBigIntegerField: int,
}


class Column:
    """A field, and how the database is given its value."""

    def __init__(self, field: Any) -> None:
        self.field, self.name = field, field.attname
        is_plain_day = type(field) is models.DateField and not (
            field.auto_now or field.auto_now_add
        )
        self.fills_in = type(field).pre_save is not models.Field.pre_save and not is_plain_day
        self.kept_as_it_is = AS_IT_IS.get(type(field))
        self.is_moment = type(field) in (models.DateTimeField, MadeAt)
        self.is_written_now = self.is_moment and (field.auto_now_add or field.auto_now)
        self.is_id = isinstance(
            field.target_field if field.remote_field else field, models.UUIDField
        )

    def value_of(self, row: Model, connection: Any) -> Any:
        value = self.field.pre_save(row, True) if self.fills_in else getattr(row, self.name)
        if isinstance(value, DatabaseDefault):
            default: Any = value  # the stubs do not know what is in it
            value = self._plain_default(default.expression)
        return self._ready(value, connection)

    def _plain_default(self, expression: Any) -> Any:
        """What the database would write where it is a value and nothing to be computed."""
        if not isinstance(expression, Value):
            raise TypeError(f"{self.field} fills itself in, in a way that is not known here.")
        return expression.value

    def given(self, values: Any, count: int, connection: Any) -> Iterable[Any]:
        if type(values) is not list:
            return repeat(self._ready(values, connection), count)
        plain = self.kept_as_it_is
        return [
            value if type(value) is plain else self._ready(value, connection) for value in values
        ]

    def defaults(self, count: int, connection: Any) -> Iterable[Any]:
        """One for all, such as the moment, but where each must have its own."""
        if self.is_written_now:
            return repeat(self._ready(now(), connection), count)
        if (self.fills_in and not self.is_moment) or self.field.has_db_default():
            raise TypeError(f"{self.field} fills itself in, in a way that is not known here.")
        if self.field.unique:
            return [self._ready(self.field.get_default(), connection) for _ in range(count)]
        return repeat(self._ready(self.field.get_default(), connection), count)

    def _ready(self, value: Any, connection: Any) -> Any:
        if value is None or type(value) is self.kept_as_it_is:
            return value
        if self.is_id and type(value) is UUID:
            return adapted(value, connection)
        if self.is_moment and isinstance(value, datetime) and is_aware(value):
            return adapted(value, connection)
        return self.field.get_db_prep_save(value, connection)


@cache
def _insertion(model: type[Model], vendor: str) -> tuple[list[Column], str, str]:
    """The columns to write, without a key that the database makes; the SQL, and that of a row."""
    options = model._meta  # noqa: SLF001  the documented way to a model's fields
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in options.concrete_fields if field is not options.auto_field]
    names = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    head = f"INSERT INTO {quoted(options.db_table)} ({names}) VALUES "  # noqa: S608  quoted  # nosec B608
    return [Column(field) for field in fields], head, f"({places})"
