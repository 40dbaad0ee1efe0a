"""Saved prompts of a workspace, as the prompt bar's menu has them: list, keep, forget."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pixazo.api import refusal
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models import SavedPrompt, Scope, Style, Theme

NUMBERS = ("width", "height", "num_inference_steps", "guidance_scale", "seed")
SHOWN = 100
TAGS = 20


class NotAllowed(UserError):
    code = "not_allowed"
    status = 403


@require_http_methods(["GET", "POST"])
@workspace_view
def saved_prompts(request: WorkspaceRequest) -> HttpResponse:
    """The menu's entries; a POST keeps the form's values under a title first: 201."""
    if request.method == "GET":
        return _menu(request)
    if not request.membership.may_generate():
        raise NotAllowed(_("You may look at this workspace, but not keep prompts in it."))
    kept = _kept(request)
    try:
        kept.full_clean()
    except ValidationError as error:
        raise refusal(error) from None
    kept.save()
    return _menu(request, status=201)


@require_GET
@workspace_view
def saved_prompt(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """What one fills into the form, as JSON."""
    row = get_object_or_404(_usable(request), pk=pk)
    return HttpResponse(json.dumps(row.settings), content_type="application/json")


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(_usable(request), pk=pk)
    if not row.may_change(request.membership):
        raise NotAllowed(_("Somebody else keeps this prompt."))
    row.delete()
    return _menu(request)


def _menu(request: WorkspaceRequest, status: int = 200) -> HttpResponse:
    context = {
        "workspace": request.workspace,
        "saved": [(row, row.may_change(request.membership)) for row in _usable(request)[:SHOWN]],
    }
    return render(request, "workspaces/_saved_prompts.html", context, status=status)


def _usable(request: WorkspaceRequest) -> Any:
    return SavedPrompt.objects.usable_in(request.workspace, request.user)


def _kept(request: WorkspaceRequest) -> SavedPrompt:
    sent = request.POST
    scope = Scope.PERSONAL if sent.get("scope") == Scope.PERSONAL else Scope.WORKSPACE
    words = sent.get("tags", "").split(",")[:TAGS]
    tags = dict.fromkeys(tag for word in words if (tag := word.strip()[:50]))
    return SavedPrompt(
        owner=request.user,
        scope=scope,
        workspace=request.workspace if scope == Scope.WORKSPACE else None,
        title=sent.get("title", "").strip()[:200] or sent.get("prompt", "").strip()[:60],
        tags=list(tags),
        prompt=sent.get("prompt", ""),
        negative_prompt=sent.get("negative_prompt", ""),
        theme=_chosen(request, Theme, "theme"),
        style=_chosen(request, Style, "style"),
        model=sent.get("model", ""),
        **{name: sent.get(name) or None for name in NUMBERS},
    )


def _chosen(request: WorkspaceRequest, kind: Any, name: str) -> Any:
    try:
        pk = UUID(request.POST.get(name, ""))
    except ValueError:
        return None
    return kind.objects.usable_in(request.workspace, request.user).filter(pk=pk).first()
