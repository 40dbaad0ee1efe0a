"""Pictures for the public gallery one after the other, by the keyboard: what was complained of,
then what waits longest."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from generation.admin import moderating
from generation.models import Publication, Reason
from generation.models.publication import PublicationQuerySet

DESK = "admin:generation_publication_moderate"


def undecided() -> PublicationQuerySet:
    """What waits, and what somebody complained of since staff looked at it last."""
    states = Publication.State
    complained = Publication.objects.complained().filter(state=states.SHOWN)
    waiting = Publication.objects.filter(state=states.WAITING)
    # For one of two reasons PostgreSQL would look at every row; for each alone it has an index.
    found = [rows.order_by().values("pk") for rows in (waiting, complained)]
    return Publication.objects.filter(pk__in=found[0].union(found[1]))


def page(request: HttpRequest) -> HttpResponse:
    """One picture, and how many more; `skip` in the address are those that were put off."""
    # What is offered or said later than this page is another decision.
    put_off, seen = moderating.skipped(request), now()
    waiting = undecided()
    rows = waiting.exclude(pk__in=put_off).select_related("author", "image__job__batch")
    row = rows.order_by("-complaints", "id").first()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Public gallery",
        "row": row,
        "left": waiting.count(),
        "said": row.complaints_made.order_by("-id")[: row.complaints] if row else (),
        "reasons": list(enumerate(Reason.choices, 1)),
        "put_off": moderating.query([*put_off, *([row.pk] if row else [])]),
        "skipped": put_off,
        "seen": seen.isoformat(),
    }
    return render(request, "admin/generation/publication/moderate.html", context)
