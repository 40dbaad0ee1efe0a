"""Statements of the hottest ways through the site, put together once and sent many times.

Django writes the SQL of a query anew each time it is asked, which takes longer than the database
takes to answer: of a submission it was four fifths. Here its own SQL is kept, per kind of database,
and only the values differ from one call to the next. What is kept depends on the code alone, never
on rows, so that it can't be out of date.

Made of what Django (5.2) says of a compiled query; `pixazo/tests/test_prepared.py` holds that the
answers are those of the query itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Model, QuerySet
from django.db.models import query as queries
from django.db.models.sql import UpdateQuery
from django.utils.timezone import is_aware

M = TypeVar("M")
Maker = Callable[[Sequence[Any], Any], Any]  # of a row as the database says it, and the connection

# What stands for a value while the SQL is written, and is found again among its parameters.
MARKS: dict[type, Callable[[int], Any]] = {
    UUID: lambda number: UUID(int=0xC0FFEE00 + number),
    str: lambda number: f"mark-{number}",
    date: lambda number: date(1, 1, 1 + number),
    datetime: lambda number: datetime(2001, 1, 1, second=number, tzinfo=UTC),
    int: lambda number: 76543210 + number,
    Decimal: lambda number: Decimal(f"7654321{number}.5"),
}

MOST_VALUES = 30_000  # of one statement; PostgreSQL takes twice as many


class Rows(Generic[M]):
    """`Rows(lambda slug: Model.objects.filter(slug=slug), slug=str)(slug="ink")` is the list of
    rows of that queryset, with what it selects along and annotates. Of `values_list()` they are
    what the database says."""

    def __init__(self, build: Callable[..., QuerySet[Any, M]], **kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.kept: dict[str, tuple[Statement, Maker | None]] = {}

    def __call__(self, **values: Any) -> Sequence[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self.kept:
            self.kept[connection.vendor] = self._prepare(connection)
        statement, made = self.kept[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(values, connection))
            rows = cursor.fetchall()
        return [made(row, connection) for row in rows] if made else rows

    def first(self, **values: Any) -> M | None:
        return next(iter(self(**values)), None)

    def _prepare(self, connection: Any) -> "tuple[Statement, Maker | None]":
        marks = _marks(self.kinds)
        rows: Any = self.build(**marks)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        are_models = rows._iterable_class is queries.ModelIterable  # noqa: SLF001
        maker = _maker(compiler, connection) if are_models else None
        return Statement(sql, params, marks, connection), maker


class Change:
    """`Change(lambda pk, name: (Model.objects.filter(pk=pk), {"name": name}), pk=UUID, name=str)`,
    called with values, updates and says how many rows it changed."""

    def __init__(
        self, build: Callable[..., tuple[QuerySet[Any], Mapping[str, Any]]], **kinds: type
    ) -> None:
        self.build, self.kinds = build, kinds
        self.kept: dict[str, Statement] = {}

    def __call__(self, **values: Any) -> int:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self.kept:
            self.kept[connection.vendor] = self._prepare(connection)
        statement = self.kept[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(values, connection))
            return int(cursor.rowcount)

    def _prepare(self, connection: Any) -> "Statement":
        marks = _marks(self.kinds)
        rows, changes = self.build(**marks)
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        sql, params = query.get_compiler(connection=connection).as_sql()
        return Statement(sql, params, marks, connection)


def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model, as `bulk_create` does, and read nothing back: a key that the
    database makes stays unknown."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    columns, head, places = _insertion(type(rows[0]), connection.vendor)
    values = [[column.value_of(row, connection) for column in columns] for row in rows]
    if len(values) == 1:
        with connection.cursor() as cursor:
            cursor.execute(head + places, values[0])
    else:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            _insert_many(cursor, head, places, values)
    for row in rows:
        row._state.adding = False  # noqa: SLF001  as Django's own does
        row._state.db = connection.alias  # noqa: SLF001


def _insert_many(cursor: Any, head: str, places: str, values: list[list[Any]]) -> None:
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


class Statement:
    """SQL, its parameters, and where among these the values of a call belong."""

    def __init__(
        self, sql: str, params: Sequence[Any], marks: Mapping[str, Any], connection: Any
    ) -> None:
        self.sql, self.params = sql, tuple(params)
        adapted = {name: _adapted(mark, connection) for name, mark in marks.items()}
        self.places = {
            at: name
            for at, param in enumerate(self.params)
            for name, mark in adapted.items()
            if type(param) is type(mark) and param == mark
        }
        if missing := marks.keys() - set(self.places.values()):
            raise ValueError(f"No parameter of this statement is {', '.join(missing)}: {sql}")

    def filled(self, values: Mapping[str, Any], connection: Any) -> tuple[Any, ...]:
        ready = {name: _adapted(value, connection) for name, value in values.items()}
        return tuple(
            ready[self.places[at]] if at in self.places else param
            for at, param in enumerate(self.params)
        )


def _marks(kinds: Mapping[str, type]) -> dict[str, Any]:
    return {name: MARKS[kind](number) for number, (name, kind) in enumerate(kinds.items(), 1)}


def _adapted(value: Any, connection: Any) -> Any:
    """As Django's fields of such values hand them to the database."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, Decimal):
        return connection.ops.adapt_decimalfield_value(value)
    return value


def _maker(compiler: Any, connection: Any) -> Maker:
    """What makes a model of a row, with the others that it selects along and its annotations."""
    info = compiler.klass_info
    fields = info["select_fields"]
    first, last = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    populators: Any = queries.get_related_populators  # the stubs are of a later Django
    others = populators(info, compiler.select, connection.alias)
    annotated = list(compiler.annotation_col_map.items())
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = list(compiler.get_converters(columns).items())

    def made(values: Sequence[Any], connection: Any) -> Any:
        row = list(values)
        for at, (steps, expression) in converters:
            for step in steps:
                row[at] = step(row[at], expression, connection)
        model = info["model"].from_db(connection.alias, names, row[first:last])
        for other in others:
            other.populate(row, model)
        for name, at in annotated:
            setattr(model, name, row[at])
        return model

    return made


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
        self.fills_in = type(field).pre_save is not models.Field.pre_save
        self.kept_as_it_is = AS_IT_IS.get(type(field))
        self.is_moment = type(field) is models.DateTimeField
        self.is_id = isinstance(
            field.target_field if field.remote_field else field, models.UUIDField
        )

    def value_of(self, row: Model, connection: Any) -> Any:
        value = self.field.pre_save(row, True) if self.fills_in else getattr(row, self.name)
        if value is None or type(value) is self.kept_as_it_is:
            return value
        if self.is_id and type(value) is UUID:
            return _adapted(value, connection)
        if self.is_moment and isinstance(value, datetime) and is_aware(value):
            return _adapted(value, connection)
        return self.field.get_db_prep_save(value, connection)


@cache
def _insertion(model: type[Model], vendor: str) -> tuple[list[Column], str, str]:
    """The columns to write, without a key that the database makes; the SQL, and that of a row."""
    options = model._meta  # noqa: SLF001  the documented way to a model's fields
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in options.concrete_fields if field is not options.auto_field]
    names = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    head = f"INSERT INTO {quoted(options.db_table)} ({names}) VALUES "  # noqa: S608
    return [Column(field) for field in fields], head, f"({places})"
