"""Who changed what in a workspace, and the way back (S233): for all its members."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.history import reading, restoring
from workspaces.history.doing import GONE
from workspaces.history.kinds import GROUPS, KINDS, Kind


@require_safe
@workspace_view
def index(request: WorkspaceRequest) -> HttpResponse:
    """`?kind=`, `?person=` (an id, or `gone`) and `?before=` (a moment); what is none of these is
    left out."""
    kind = request.GET.get("kind", "")
    asked = request.GET.get("person", "")
    person = GONE if asked == GONE else _id(asked)
    page = reading.page(request.membership, kind, person, _moment(request.GET.get("before", "")))
    known = {"kind": kind if kind in KINDS or kind in GROUPS else "", "person": str(person or "")}
    older = page.older and urlencode(
        {name: value for name, value in known.items() if value} | {"before": page.older.isoformat()}
    )
    people, others, is_gone = reading.people(request.workspace)
    context: dict[str, Any] = {
        "workspace": request.workspace,
        "entries": page.entries,
        "older": older,
        "kinds": [*KINDS.values(), *GROUPS.values()],
        "people": people,
        "others": others,
        "has_gone": is_gone or person == GONE,
        "is_later": "before" in request.GET,
        **known,
    }
    return render(request, "workspaces/history.html", context)


@require_safe
@workspace_view
def version(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """What having this version back would change; and whether that is wanted."""
    entry = reading.entry(request.membership, _kind(kind, pk), pk)
    if entry is None:
        raise Http404
    context = {"workspace": request.workspace, "entry": entry}
    return render(request, "workspaces/history_version.html", context)


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, kind: str, pk: int) -> HttpResponse:
    """The row says again what it said in that version. `over` is the latest one that was seen."""
    found = _kind(kind, pk)
    given = request.POST.get("over", "")
    over = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None
    row = restoring.restore(request.membership, found, pk, over)
    name = getattr(row, found.called) or _("New topic")
    messages.success(request, _("“%(name)s” is again as it was.") % {"name": name})
    return redirect("workspace_history", request.workspace.slug)


def _kind(name: str, pk: int) -> Kind:
    if name not in KINDS or pk > 2**63 - 1:
        raise Http404
    return KINDS[name]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None
