"""A person's own queue: pause it, let it go on, put one picture before the others."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from generation import queue
from generation.views import cards, found
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@login_required
def pause(request: HttpRequest) -> HttpResponse:
    queue.pause(request.user)
    return _state(request)


@require_POST
@login_required
def resume(request: HttpRequest) -> HttpResponse:
    queue.resume(request.user)
    return _state(request)


@require_POST
@workspace_view
def first(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """To the front of one's own; other people's turns stay as they are."""
    own = found.jobs(request).filter(author_id=request.user.pk)
    queue.move_to_front(get_object_or_404(own, pk=pk))
    tile, may_change = cards.tile(request, pk)
    context: dict[str, Any] = {"tile": tile, "may_change": may_change}
    return render(request, "generation/_tile.html", context | {"workspace": request.workspace})


def _state(request: HttpRequest) -> HttpResponse:
    context = {"paused": queue.is_paused(request.user), "may_generate": True}
    return render(request, "generation/_my_queue.html", context)
