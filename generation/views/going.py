"""What goes soon by the plans: seen before it goes, and taken along in one go."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generation import retention
from generation.gallery import archive
from generation.gallery.filters import uuid_or_none
from generation.gallery.rooms import Rooms
from generation.models import Image
from generation.views.gallery import NotThere, frame

PAGE = 120


@dataclass(frozen=True)
class Day:
    """Pictures that go at the earliest on that day (UTC)."""

    date: date
    images: list[Image]


@dataclass(frozen=True)
class Part:
    """One ZIP of several: as many as one holds, from the one after that picture on."""

    number: int
    after: UUID | None
    count: int


@require_safe
@login_required
def going(request: HttpRequest) -> HttpResponse:
    rooms = Rooms.of(request.user)
    rows = _rows(rooms)
    page = Paginator(rows.defer("recipe"), PAGE).get_page(request.GET.get("page"))
    images = list(page)
    rooms.put_on(images)
    context = {
        "tab": "going",
        "page": page,
        "days": _days(images),
        "parts": _parts(rows, page.paginator.count),
        "most": archive.MOST,
        "has_limits": retention.has_limits(),
        **frame(request, rooms),
    }
    return render(request, "generation/going.html", context)


@require_POST
@login_required
def download(request: HttpRequest) -> HttpResponseBase:
    """All of them as one ZIP; where they are more than that holds the part that begins `after` a
    picture, so that none is left out when the first of them go between two parts."""
    rooms = Rooms.of(request.user)
    images, name = _rows(rooms), f"pixazo-going-{now():%Y-%m-%d}"
    if "after" in request.POST:
        images = _after(images, rooms, request.POST["after"])
    if not images.exists():
        raise NotThere(_("There is nothing to download."))
    part = request.POST.get("part", "")
    name += f"-part-{part}" if part.isdecimal() and len(part) < 5 else ""
    return archive.zip_of(request, images, name, retention.FIRST_FIRST, archive.MOST)


def _rows(rooms: Rooms) -> QuerySet[Image]:
    rows = retention.going(rooms.pictures())
    return rows.select_related("job__batch__author__account__plan")


def _parts(rows: QuerySet[Image], count: int) -> list[Part]:
    if not count:
        return []
    pks: list[UUID] = []
    if count > archive.MOST:
        pks = list(rows.values_list("pk", flat=True))[:-1][archive.MOST - 1 :: archive.MOST]
    starts = [None, *pks]
    return [
        Part(number + 1, after, min(archive.MOST, count - number * archive.MOST))
        for number, after in enumerate(starts)
    ]


def _after(images: QuerySet[Image], rooms: Rooms, text: str) -> QuerySet[Image]:
    """Asked of all that they have, since that one may have gone into the trash by now."""
    pk = uuid_or_none(text)
    known: Any = retention.with_ends(Image.objects.filter(workspace_id__in=rooms.all))
    last = known.filter(pk=pk).values("pk", "over").first() if pk else None
    if last is None or last["over"] is None:
        raise NotThere(_("Something has changed meanwhile. Load the page anew."))
    later = Q(over=last["over"], pk__gt=last["pk"])
    return images.filter(Q(over__gt=last["over"]) | later)


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
