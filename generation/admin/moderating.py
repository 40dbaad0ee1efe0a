"""Cases one after the other, by the keyboard: what was appealed first, then the oldest."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.staff_acts import look
from generation.models import SafetyCase

# What is often said, each by its number.
SENTENCES = (
    "It is against the rules of this site, which name what is not drawn here.",
    "We looked at it again, and the check was right.",
    "The check was wrong, sorry. You may have it drawn.",
    "Without more of the context we can't let it pass. Ask us for help if there is some.",
)
MOST_SKIPPED = 50
DESK = "admin:generation_safetycase_moderate"


def page(request: HttpRequest) -> HttpResponse:
    """One case, and how many more; `skip` in the address are those that were put off."""
    put_off = skipped(request)
    states = SafetyCase.State
    waiting = SafetyCase.objects.filter(state__in=(states.APPEALED, states.HELD))
    first = Case(When(state=states.APPEALED, then=Value(0)), default=Value(1))
    rows = waiting.exclude(pk__in=put_off).select_related("author").order_by(first, "id")
    case = rows.first()
    if case is not None:
        look(request.user, case, "Looked at a case of yours.")
    context = {
        **admin.site.each_context(request),
        "title": "Moderation",
        "case": case,
        "left": waiting.count(),
        "sentences": list(enumerate(SENTENCES, 1)),
        "put_off": query([*put_off, *([case.pk] if case else [])]),
        "skipped": put_off,
    }
    return render(request, "admin/generation/safetycase/moderate.html", context)


def onward(request: HttpRequest, desk: str = DESK) -> HttpResponse:
    """To the next at this desk, past those that were put off."""
    put_off = query(skipped(request))
    response = redirect(desk)
    if put_off:
        response["Location"] += f"?{put_off}"
    return response


def query(skipped: list[UUID]) -> str:
    return "&".join(f"skip={pk}" for pk in skipped)


def skipped(request: HttpRequest) -> list[UUID]:
    found: list[UUID] = []
    sent: Any = request.POST if request.method == "POST" else request.GET
    for each in sent.getlist("skip")[-MOST_SKIPPED:]:
        try:
            found.append(UUID(each))
        except ValueError:
            continue  # somebody's own address
    return found
