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
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models import query as queries
from django.db.models.sql import UpdateQuery
from django.db.models.utils import create_namedtuple_class

from pixazo.sending import send

M = TypeVar("M")
Maker = Callable[[Sequence[Any], Any], Any]  # of a row as the database says it, and the connection

# What stands for a value while the SQL is written, and is found again among its parameters.
MARKS: dict[type, Callable[[int], Any]] = {
    UUID: lambda number: UUID(int=0xC0FFEE00 + number),
    str: lambda number: f"mark-{number}",
    date: lambda number: date(1, 1, 1 + number),
    datetime: lambda number: datetime(2001, 1, 1, second=number, tzinfo=UTC),
    int: lambda number: 76543210 + number,
    float: lambda number: 76543210.5 + number,
    Decimal: lambda number: Decimal(f"7654321{number}.5"),
}


class Rows(Generic[M]):
    """`Rows(lambda slug: Model.objects.filter(slug=slug), slug=str)(slug="ink")` is the list of
    rows of that queryset, with what it selects along and annotates. Of `values_list()` they are
    what the database says, unless they are `named`.

    `planned_once`: PostgreSQL keeps its plan, too. For rows that are found by a key: how many of a
    workspace's there are, and where they lie, is known only when it is named (decision 17)."""

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, M]],
        *,
        planned_once: bool = False,
        **kinds: type,
    ) -> None:
        self.build, self.planned_once, self.kinds = build, planned_once, kinds
        self.kept: dict[str, tuple[Statement, Maker | None]] = {}

    def __call__(self, **values: Any) -> Sequence[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self.kept:
            self.kept[connection.vendor] = self._prepare(connection)
        statement, made = self.kept[connection.vendor]
        rows: Sequence[Any]
        filled = statement.filled(values, connection)
        rows, _ = send(
            connection, statement.sql, filled, reads=True, planned_once=self.planned_once
        )
        return [made(row, connection) for row in rows] if made else rows

    def first(self, **values: Any) -> M | None:
        return next(iter(self(**values)), None)

    def _prepare(self, connection: Any) -> "tuple[Statement, Maker | None]":
        marks = _marks(self.kinds)
        rows: Any = self.build(**marks)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        maker: Maker | None = None
        if rows._iterable_class is queries.ModelIterable:  # noqa: SLF001
            maker = _maker(compiler, connection)
        elif rows._iterable_class is queries.NamedValuesListIterable:  # noqa: SLF001
            maker = _tuple_maker(rows._fields, compiler)
        return Statement(sql, params, marks, connection), maker


class Among(Generic[M]):
    """`Among(lambda jobs: Image.objects.filter(job__in=jobs), UUID)([...])`: of rows that are named
    one by one, a statement for each number of them. More values may go along as with `Rows`."""

    MOST = 40  # of more, Django writes the SQL each time

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, M]],
        kind: type,
        *,
        planned_once: bool = False,
        **kinds: type,
    ) -> None:
        self.build, self.kind, self.planned_once, self.kinds = build, kind, planned_once, kinds
        self.kept: dict[int, Rows[M]] = {}

    def __call__(self, named: Sequence[Any], **values: Any) -> Sequence[M]:
        if not named:
            return []
        if len(named) > self.MOST:
            return list(self.build(named, **values))
        names = [f"at_{number}" for number in range(len(named))]
        if len(named) not in self.kept:
            self.kept[len(named)] = self._rows(names)
        return self.kept[len(named)](**values, **dict(zip(names, named, strict=True)))

    def _rows(self, names: Sequence[str]) -> Rows[M]:
        def build(**marks: Any) -> QuerySet[Any, M]:
            return self.build([marks.pop(name) for name in names], **marks)

        kinds = {**self.kinds, **dict.fromkeys(names, self.kind)}
        return Rows(build, planned_once=self.planned_once, **kinds)


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
        _, changed = send(connection, statement.sql, statement.filled(values, connection))
        return changed

    def _prepare(self, connection: Any) -> "Statement":
        marks = _marks(self.kinds)
        rows, changes = self.build(**marks)
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        sql, params = query.get_compiler(connection=connection).as_sql()
        return Statement(sql, params, marks, connection)


class Statement:
    """SQL, its parameters, and where among these the values of a call belong."""

    def __init__(
        self, sql: str, params: Sequence[Any], marks: Mapping[str, Any], connection: Any
    ) -> None:
        self.sql, self.params = sql, tuple(params)
        adapted_marks = {name: adapted(mark, connection) for name, mark in marks.items()}
        self.places = {
            at: name
            for at, param in enumerate(self.params)
            for name, mark in adapted_marks.items()
            if type(param) is type(mark) and param == mark
        }
        if missing := marks.keys() - set(self.places.values()):
            raise ValueError(f"No parameter of this statement is {', '.join(missing)}: {sql}")

    def filled(self, values: Mapping[str, Any], connection: Any) -> tuple[Any, ...]:
        ready = {name: adapted(value, connection) for name, value in values.items()}
        return tuple(
            ready[self.places[at]] if at in self.places else param
            for at, param in enumerate(self.params)
        )


def _marks(kinds: Mapping[str, type]) -> dict[str, Any]:
    return {name: MARKS[kind](number) for number, (name, kind) in enumerate(kinds.items(), 1)}


def adapted(value: Any, connection: Any) -> Any:
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
    converted = _converter(compiler)

    def made(values: Sequence[Any], connection: Any) -> Any:
        row = converted(values, connection)
        model = info["model"].from_db(connection.alias, names, row[first:last])
        for other in others:
            other.populate(row, model)
        for name, at in annotated:
            setattr(model, name, row[at])
        return model

    return made


def _tuple_maker(names: Sequence[str], compiler: Any) -> Maker:
    """What makes a tuple of a row of `values_list(*names, named=True)`."""
    kind: Any = create_namedtuple_class(*names)
    converted = _converter(compiler)
    return lambda values, connection: kind._make(converted(values, connection))


def _converter(compiler: Any) -> Callable[[Sequence[Any], Any], Sequence[Any]]:
    """What turns what the database says into what Django's fields hold."""
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = list(compiler.get_converters(columns).items())

    def converted(values: Sequence[Any], connection: Any) -> Sequence[Any]:
        row = list(values)
        for at, (steps, expression) in converters:
            for step in steps:
                row[at] = step(row[at], expression, connection)
        return row

    return converted
