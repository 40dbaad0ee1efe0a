"""Rows as JSON and back: which columns of a model travel, and that what comes back can be a row."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.utils.translation import gettext as _

from billing.units import plain
from workspaces.archive.errors import Refused
from workspaces.archive.registry import Facts

MOST_TEXT = 200_000  # characters of a text whose column has no limit
BARRED = re.compile("[\0\ud800-\udfff]")  # what PostgreSQL takes in no text
KINDS: tuple[tuple[type[models.Field], type | tuple[type, ...]], ...] = (
    (models.JSONField, object),
    (models.BooleanField, bool),
    (models.DateTimeField, str),
    (models.FloatField, (int, float)),
    (models.DecimalField, (int, float)),
    (models.IntegerField, int),
    (models.CharField, str),
    (models.TextField, str),
)


class Shape:
    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model = model
        meta = model._meta  # noqa: SLF001  Django's own documented door to a model's columns
        self.fields: list[Any] = [meta.get_field(name) for name in names]

    def facts(self, row: models.Model) -> dict[str, Any]:
        return {field.name: _written(getattr(row, field.attname)) for field in self.fields}

    def read(self, facts: Facts, **more: Any) -> Any:
        """An unsaved row. Raises `Refused` for what its columns don't take."""
        known = {field.name: _read(field, facts.get(field.name)) for field in self.fields}
        return self.model(**known | more)

    def longest(self, name: str) -> int:
        """Characters that a column takes."""
        return next(int(field.max_length) for field in self.fields if field.name == name)

    def same(self, row: models.Model, other: models.Model, *but: str) -> bool:
        one, two = self.facts(row), self.facts(other)
        return all(one[name] == two[name] for name in one if name not in but)

    def put(self, source: models.Model, row: models.Model, *but: str) -> None:
        for field in self.fields:
            if field.name not in but:
                setattr(row, field.name, getattr(source, field.name))


def whole(value: Any, most: int = 10**9, name: str = "number") -> int:
    """A number that counts something."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _refused(name, _("it is no number"))
    return value


def positive(value: Any, name: str) -> None:
    """Of what is read already: not below 0."""
    if value is not None and value < 0:
        raise _refused(name, _("it is no number"))


def within(value: float, least: float, most: float, name: str) -> None:
    """Of what is read already."""
    if not least <= value <= most:
        raise _refused(name, _("it is none of the possible ones"))


def plain_json(value: Any) -> Any:
    """The value, whose texts every database takes. Raises `Refused`."""
    match value:
        case str():
            if BARRED.search(value):
                raise _refused("text", _("it has characters that can't be kept"))
        case dict():
            for name, each in value.items():
                plain_json(name)
                plain_json(each)
        case list():
            for each in value:
                plain_json(each)
        case int() if abs(value) >= 2**63:
            raise _refused("number", _("it is too large"))
    return value


def moment_of(text: Any) -> datetime:
    try:
        found = parse_datetime(text) if isinstance(text, str) and len(text) < 40 else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1970 < found.year < 9000:
        raise _refused("created", _("it is no moment"))
    # What is told of the future would stand before all that is made from now on.
    return min(found.astimezone(UTC), now())


def _written(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case Decimal():
            return plain(value)
        case _:
            return value


def _read(field: Any, value: Any) -> Any:
    if value is None:
        if not field.null:
            raise _refused(field.name, _("it is missing"))
        return None
    kind = next(kind for column, kind in KINDS if isinstance(field, column))
    is_flag = isinstance(value, bool) and kind not in (bool, object)
    if not isinstance(value, kind) or is_flag:
        raise _refused(field.name, _("it is of another kind"))
    if isinstance(field, models.DateTimeField):
        return moment_of(value)
    plain_json(value)
    if isinstance(field, models.DecimalField):
        value = Decimal(str(value))
    _check(field, value)
    return value


def _check(field: Any, value: Any) -> None:
    """What the column's validators say, and its limit, which Django asks of forms only."""
    if isinstance(value, str) and len(value) > (field.max_length or MOST_TEXT):
        raise _refused(field.name, _("it is too long"))
    if isinstance(field, models.IntegerField) and value > _largest(field):
        raise _refused(field.name, _("it is too large"))
    if field.choices and value not in dict(field.flatchoices):
        raise _refused(field.name, _("it is none of the possible ones"))
    try:
        field.run_validators(value)
    except ValidationError as error:
        raise _refused(field.name, str(error.messages[0])) from None


def _largest(field: models.IntegerField) -> int:
    if isinstance(field, models.BigIntegerField | models.PositiveBigIntegerField):
        return 2**63 - 1
    is_small = isinstance(field, models.SmallIntegerField | models.PositiveSmallIntegerField)
    return 2**15 - 1 if is_small else 2**31 - 1


def _refused(name: str, why: str) -> Refused:
    said = _("A row of this archive can't be taken: “%(name)s”: %(why)s.")
    return Refused(said % {"name": name, "why": why.rstrip(".")})
