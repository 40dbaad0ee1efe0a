"""Staff's start page: each room says what it has to tell of a period, and the page shows all.

A room registers its part in a module that its `admin` imports:

    @overview.part(position=40, permission="billing.view_account")
    def money(request, period): return Part("Money", [Figure("Income", "12.50 $")])

A part is asked only for who has that permission. It asks a bounded number of queries, and none that
reads a table as long as the site is old.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.timezone import now


@dataclass(frozen=True)
class Period:
    slug: str
    title: str
    hours: int
    step: timedelta  # between two points of a chart

    @property
    def since(self) -> datetime:
        return now() - timedelta(hours=self.hours)


PERIODS = (
    Period("day", "24 hours", 24, timedelta(hours=1)),
    Period("week", "7 days", 7 * 24, timedelta(hours=6)),
    Period("month", "30 days", 30 * 24, timedelta(days=1)),
)


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    note: str = ""
    link: str = ""
    tone: str = ""  # "warn" or "danger" where somebody should look


@dataclass(frozen=True)
class Cell:
    """A number that is shown otherwise than a chart reads it, or a text with a link."""

    text: str
    value: float | None = None
    link: str = ""


@dataclass(frozen=True)
class Table:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]  # texts, numbers or cells
    chart: str = ""  # "bars", "stack" or "lines" drawn of it; the first column names the points
    nothing: str = "Nothing in this period."

    @property
    def cells(self) -> list[list[Cell]]:
        return [[_cell(each) for each in row] for row in self.rows]


@dataclass(frozen=True)
class Part:
    title: str
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = field(default_factory=tuple)


Tells = Callable[[HttpRequest, Period], Part]
_parts: dict[str, tuple[int, str, Tells]] = {}


def part(*, position: int, permission: str) -> Callable[[Tells], Tells]:
    def keep(tells: Tells) -> Tells:
        _parts[f"{tells.__module__}.{tells.__qualname__}"] = position, permission, tells
        return tells

    return keep


AboutPerson = Callable[[HttpRequest, Any], Part]
_about_people: dict[str, tuple[int, str, AboutPerson]] = {}


def about_person(*, position: int, permission: str) -> Callable[[AboutPerson], AboutPerson]:
    """A part of a person's page for staff, in the same way."""

    def keep(tells: AboutPerson) -> AboutPerson:
        _about_people[f"{tells.__module__}.{tells.__qualname__}"] = position, permission, tells
        return tells

    return keep


def chosen(request: HttpRequest) -> Period:
    wanted = request.GET.get("period")
    return next((each for each in PERIODS if each.slug == wanted), PERIODS[0])


def parts(request: HttpRequest, period: Period) -> list[Part]:
    user: Any = request.user
    told = sorted(_parts.values(), key=lambda each: each[0])
    return [tells(request, period) for _, permission, tells in told if user.has_perm(permission)]


def parts_about(request: HttpRequest, person: Any) -> list[Part]:
    user: Any = request.user
    told = sorted(_about_people.values(), key=lambda each: each[0])
    return [tells(request, person) for _, permission, tells in told if user.has_perm(permission)]


def number(value: Any, decimals: int = 0) -> str:
    return number_format(value, decimals, force_grouping=True)


def seconds(value: float | None) -> str:
    if value is None:
        return "\u2013"
    if value < 10:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "\u2013"


def _cell(each: Any) -> Cell:
    if isinstance(each, Cell):
        return each
    if isinstance(each, int | float):
        return Cell(number(each, 0 if float(each).is_integer() else 1), float(each))
    return Cell(str(each))
