"""Keeps the figures: what ended since the last time is counted and written over what was there.

An hour or a day may be counted as often as one likes, by several at once: each writes the same.
Rows of models that have since lost their jobs stay as they are.
"""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Max, Min
from django.utils.timezone import now

from generation.figures.counting import HOUR, hour_of, hours, usage
from generation.models import DayUsage, HourFigures, Job

FIRST = timedelta(days=31)  # as far back as a site looks that has no figures yet
AGAIN = 2 * HOUR  # a job may be written a little after the moment that it ended at


def roll_up(since: datetime | None = None) -> int:
    """Count from `since` on, else from where the last time ended; says how many hours."""
    end = now()
    start = hour_of(since or _begin(end))
    counted = 0
    for number in range(int((end - start) / HOUR) + 1):
        hour = start + number * HOUR
        _keep_hour(hour)
        counted += 1
    for number in range((end.date() - start.date()).days + 1):
        _keep_day(start + timedelta(days=number))
    return counted


def _begin(end: datetime) -> datetime:
    latest = HourFigures.objects.aggregate(last=Max("start"))["last"]
    first = Job.objects.filter(finished__gte=end - FIRST).aggregate(first=Min("finished"))["first"]
    return max(end - FIRST, min(end, latest or first or end) - AGAIN)


def _keep_hour(hour: datetime) -> None:
    HourFigures.objects.bulk_create(
        hours(hour, hour + HOUR),
        update_conflicts=True,
        unique_fields=["start", "model"],
        update_fields=["ends", "codes", "waits", "draws", "styles", "units", "cost"],
    )


def _keep_day(moment: datetime) -> None:
    rows = usage(moment.date())
    # Who is being deleted at this moment may still have jobs.
    there = get_user_model().objects.in_bulk([row.user_id for row in rows])
    DayUsage.objects.bulk_create(
        [row for row in rows if row.user_id in there],
        update_conflicts=True,
        unique_fields=["user", "day", "model"],
        update_fields=["made", "failed", "units", "cost", "seconds"],
    )
