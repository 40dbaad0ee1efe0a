"""What an open page reads when it hears that something changed: many cards and tiles at once."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from generation.views import cards
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view

MOST = 40  # names in one request


@require_GET
@workspace_view
def changed(request: WorkspaceRequest) -> HttpResponse:
    """The cards and tiles that `?of=` names, such as batch-... and job-..., as they are now.

    Those that are gone are left out."""
    batches, jobs = _named_in(request)
    context = {
        "workspace": request.workspace,
        "cards": cards.some(request, batches) if batches else [],
        "tiles": cards.tiles_of(request, jobs) if jobs else [],
    }
    return render(request, "generation/_changed.html", context)


def _named_in(request: WorkspaceRequest) -> tuple[list[UUID], list[UUID]]:
    """The ids of batches and of jobs."""
    names = request.GET.getlist("of")
    kinds: dict[str, list[UUID]] = {"batch": [], "job": []}
    nothing = UserError("This address names nothing that is here.", code="invalid")
    if len(names) > MOST:
        raise nothing
    try:
        for kind, _, pk in (name.partition("-") for name in names):
            kinds[kind].append(UUID(pk))
    except (KeyError, ValueError):
        raise nothing from None
    return kinds["batch"], kinds["job"]
