"""What a person had drawn, by the day and by the model, as a chart, as tables and as a CSV file."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from billing.units import plain
from generation.figures.counting import usage as counted
from generation.models import DayUsage

PERIODS = {7: gettext_lazy("7 days"), 30: gettext_lazy("30 days"), 365: gettext_lazy("A year")}
USUAL = 30
BY_MONTH = 90  # days, from which on a bar is a month


@dataclass
class Sum:
    made: int = 0
    failed: int = 0
    units: Any = 0

    def add(self, row: DayUsage) -> None:
        self.made += row.made
        self.failed += row.failed
        self.units = plain(self.units + row.units)


@require_safe
@login_required
def usage(request: HttpRequest) -> HttpResponse:
    days = request.GET.get("days", "")
    chosen = int(days) if days in map(str, PERIODS) else USUAL
    today = now().astimezone(UTC).date()
    rows = _rows(request.user, today - timedelta(days=chosen - 1), today)
    if request.GET.get("format") == "csv":
        return _as_csv(rows, today)
    every, by_time, by_model = Sum(), _times(chosen, today), defaultdict[str, Sum](Sum)
    for row in rows:
        every.add(row)
        by_time[_time_of(row.day, chosen)].add(row)
        by_model[row.model.name].add(row)
    context = {
        "periods": PERIODS.items(),
        "days": chosen,
        "sum": every,
        "by_time": by_time.items(),
        "by_model": sorted(by_model.items(), key=lambda each: -each[1].made),
        "by_month": chosen > BY_MONTH,
    }
    return render(request, "generation/usage.html", context)


def _rows(user: Any, since: date, today: date) -> list[DayUsage]:
    """Of the days before today as they were added up, of today as it is now."""
    kept = DayUsage.objects.filter(user=user, day__gte=since, day__lt=today)
    live = counted(today, user.pk)
    return [*kept.select_related("model").order_by("day", "model__name"), *live]


def _times(chosen: int, today: date) -> dict[date, Sum]:
    """Each point of the chart, also where nothing was drawn."""
    days = [today - timedelta(days=number) for number in range(chosen - 1, -1, -1)]
    return {_time_of(day, chosen): Sum() for day in days}


def _time_of(day: date, chosen: int) -> date:
    return day.replace(day=1) if chosen > BY_MONTH else day


def _as_csv(rows: list[DayUsage], today: date) -> HttpResponse:
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(["day", "model", "pictures", "failed", "units", "drawing_seconds"])
    for row in rows:
        numbers = (row.made, row.failed, plain(row.units), round(row.seconds, 1))
        table.writerow([row.day.isoformat(), row.model.slug, *numbers])
    answer = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"pixazo-usage-{today.isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
