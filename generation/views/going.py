"""What goes soon by the plans: seen before it goes, and taken along in one go."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generation import retention
from generation.gallery import archive
from generation.gallery.rooms import Rooms
from generation.models import Image
from generation.views.gallery import NotThere, frame

PAGE = 120


@dataclass(frozen=True)
class Day:
    """Pictures that go at the earliest on that day (UTC)."""

    date: date
    images: list[Image]


@require_safe
@login_required
def going(request: HttpRequest) -> HttpResponse:
    rooms = Rooms.of(request.user)
    page = Paginator(_rows(rooms), PAGE).get_page(request.GET.get("page"))
    images = list(page)
    rooms.put_on(images)
    context = {
        "tab": "going",
        "page": page,
        "days": _days(images),
        "has_limits": retention.has_limits(),
        **frame(request, rooms),
    }
    return render(request, "generation/going.html", context)


@require_POST
@login_required
def download(request: HttpRequest) -> HttpResponseBase:
    """All of them as one ZIP."""
    images = _rows(Rooms.of(request.user))
    if not images.exists():
        raise NotThere(_("There is nothing to download."))
    return archive.zip_of(request, images, f"pixazo-going-{now():%Y-%m-%d}")


def _rows(rooms: Rooms) -> QuerySet[Image]:
    rows = retention.going(rooms.pictures()).order_by("id")
    return rows.select_related("job__batch__author__account__plan").defer("recipe")


def _days(images: list[Image]) -> list[Day]:
    """In the order in which they go."""
    ends: dict[Any, date] = {}
    for image in images:
        end = retention.until(image, image.job.batch.author.account.plan.kept_days)
        if end is not None:
            ends[image.pk] = end.date()
    known = sorted((each for each in images if each.pk in ends), key=lambda each: ends[each.pk])
    groups = groupby(known, key=lambda each: ends[each.pk])
    return [Day(day, list(those)) for day, those in groups]
