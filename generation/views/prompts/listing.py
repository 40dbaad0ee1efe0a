"""The library: all prompts that a person may load, found by words and tags, a page at a time."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from generation.models import ImageModel
from workspaces.library.finding import OWN, Search
from workspaces.listening import token_of
from workspaces.models import SavedPrompt, Workspace
from workspaces.placing import marked, seen
from workspaces.telling_apart import labelled

PAGE = 20


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    search = Search.read(request.GET)
    rows = search.found(user).select_related("workspace", "theme", "style").order_by("-id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = dict(ImageModel.objects.values_list("slug", "name"))
    prompts = marked(page.object_list, user)
    for row in prompts:
        row.model_name = names.get(row.model, row.model)
    context = {
        "token": token_of(request.user),
        "page": page,
        "prompts": prompts,
        "search": search,
        "tags": search.tags(user),
        "own": OWN,
        "places": labelled(Workspace.objects.visible_to(user).order_by("name")),
    }
    return render(request, "generation/prompts/index.html", context)


@require_safe
@login_required
def use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To the studio of its workspace, or of the one used last, with the form filled in."""
    row = get_object_or_404(
        seen(SavedPrompt.objects.living(), request.user).select_related("workspace"), pk=pk
    )
    workspace = row.workspace or Workspace.objects.home_of(request.user)
    return redirect(f"{workspace.get_absolute_url()}?saved={row.pk}")
