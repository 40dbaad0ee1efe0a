"""The page where a person says how they like the site; its scripts keep each choice at once."""

from functools import cache
from zoneinfo import available_timezones

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
    "UTC",
)


@cache
def zones() -> list[str]:
    """Places, without the names of before and what belongs to no place."""
    return sorted(each for each in available_timezones() if each.startswith(AREAS))


@require_GET
@login_required
def own_preferences(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/preferences.html", {"zones": zones()})
