"""A job, one picture being made: its tile, its preview, cancel and retry."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from generation.models import Preview
from generation.retry import retry as retry_job
from generation.views import cards, found
from workspaces.access import WorkspaceRequest, workspace_view


@require_GET
@workspace_view
def job(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    return _tile(request, pk)


@require_POST
@workspace_view
def cancel(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    found.to_stop(request, found.jobs(request), pk).cancel()
    return _tile(request, pk)


@require_POST
@workspace_view
def retry(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Queue it again; whoever asks for it pays for it."""
    retry_job(found.to_change(request, found.jobs(request), pk), request.user)
    return _tile(request, pk)


@require_GET
@workspace_view
def preview(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """The latest frame. The page asks again, by its number, when there is a new one."""
    frame = get_object_or_404(Preview, job__in=found.jobs(request), pk=pk)
    response = HttpResponse(bytes(frame.webp), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=60"
    return response


def _tile(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    tile, may_change = cards.tile(request, pk)
    context = {"workspace": request.workspace, "tile": tile, "may_change": may_change}
    return render(request, "generation/_tile.html", context)
