"""Counts the jobs that ended in some hours. The one place that reads them for figures."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from generation.figures.classes import class_of
from generation.models import DayUsage, HourFigures, ImageModel, Job
from workspaces.models import Scope, Style

HOUR = timedelta(hours=1)
OWN = "people's own"  # what somebody calls a style of theirs is their business


@dataclass
class _Sum:
    ends: Counter[str] = field(default_factory=Counter)
    codes: dict[str, list[Any]] = field(default_factory=dict)
    waits: Counter[str] = field(default_factory=Counter)
    draws: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    units: Decimal = Decimal(0)


def hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hours(start: datetime, end: datetime) -> list[HourFigures]:
    """Rows, not saved, of what ended from one moment to another: one for each hour and model."""
    sums: dict[tuple[datetime, UUID], _Sum] = defaultdict(_Sum)
    known = set(Style.objects.filter(scope=Scope.SITE).values_list("name", flat=True))
    for at, model, *ended in _ended(start, end):
        _add(sums[hour_of(at), model], known, *ended)
    costs = _costs()
    return [
        HourFigures(
            start=hour,
            model_id=model,
            ends=each.ends,
            codes=each.codes,
            waits=each.waits,
            draws=each.draws,
            styles=each.styles,
            units=each.units,
            cost=costs.get(model, Decimal(0)) * each.ends[Job.State.SUCCEEDED],
        )
        for (hour, model), each in sums.items()
    ]


def _ended(start: datetime, end: datetime) -> Iterator[Any]:
    rows = of_here(Job.objects.filter(finished__gte=start, finished__lt=end)).order_by()
    return rows.values_list(
        "finished",
        "model_id",
        "pk",
        "state",
        "error_code",
        "units",
        "batch__template__style__name",
        "image__wait_seconds",
        "image__draw_seconds",
    ).iterator()


def of_here(jobs: "QuerySet[Job]") -> "QuerySet[Job]":
    """Without what came in archives: it was drawn elsewhere, or before."""
    return jobs.exclude(image__is_brought=True)


def _add(
    found: _Sum,
    known: set[str],
    pk: UUID,
    state: str,
    code: str,
    units: Any,
    style: str | None,
    waited: float | None,
    drew: float | None,
) -> None:
    found.ends[str(state)] += 1
    if code and state != Job.State.SUCCEEDED:
        found.codes.setdefault(code, [0, ""])[0] += 1
        found.codes[code][1] = str(pk)
    if state != Job.State.SUCCEEDED:
        return
    found.units += Decimal(units)
    if waited is not None and drew is not None:
        found.waits[class_of(waited)] += 1
        found.draws[class_of(drew)] += 1
    if style:
        found.styles[style if style in known else OWN] += 1


def usage(day: date, person: UUID | None = None) -> list[DayUsage]:
    """Rows, not saved, of what ended on a day (UTC): one for each model and person, or of one."""
    start = datetime.combine(day, time(), UTC)
    rows = of_here(Job.objects.filter(finished__gte=start, finished__lt=start + 24 * HOUR))
    if person:
        rows = rows.filter(author_id=person)
    made = Q(state=Job.State.SUCCEEDED)
    failed = Q(state__in=[Job.State.FAILED, Job.State.BLOCKED, Job.State.EXPIRED])
    summed = rows.order_by().values("author_id", "model_id")
    summed = summed.annotate(
        made=Count("pk", filter=made),
        failed=Count("pk", filter=failed),
        took=Sum("units", filter=made),
        seconds=Sum("image__draw_seconds"),
    )
    costs = _costs()
    return [
        DayUsage(
            day=day,
            user_id=each["author_id"],
            model_id=each["model_id"],
            made=each["made"],
            failed=each["failed"],
            units=each["took"] or 0,
            cost=costs.get(each["model_id"], Decimal(0)) * each["made"],
            seconds=each["seconds"] or 0.0,
        )
        for each in summed
    ]


def _costs() -> dict[UUID, Decimal]:
    priced = ImageModel.objects.exclude(cost=None)
    return {pk: Decimal(cost or 0) for pk, cost in priced.values_list("pk", "cost")}
