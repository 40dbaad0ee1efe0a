"""Saved prompts as the prompt bar's menu has them: listed, kept, thrown away and had back."""

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
from workspaces.library.around import Around
from workspaces.library.fields import PromptFields
from workspaces.models import SavedPrompt, Scope
from workspaces.models.saved_prompt import MOST

SHOWN = 100


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
    SavedPrompt.objects.living().keep(_kept(request), MOST)
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
    """Into the trash."""
    _to_change(request, _usable(request), pk).trash()
    return _menu(request)


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    rows = SavedPrompt.objects.all().usable_or_trashed_in(request.workspace, request.user)
    _to_change(request, rows, pk).restore()
    return _menu(request)


def _menu(request: WorkspaceRequest, status: int = 200) -> HttpResponse:
    rows = list(_usable(request)[: SHOWN + 1])
    context = {
        "workspace": request.workspace,
        "saved": [(row, row.may_change(request.membership)) for row in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
    }
    return render(request, "workspaces/_saved_prompts.html", context, status=status)


def _usable(request: WorkspaceRequest) -> Any:
    return SavedPrompt.objects.usable_in(request.workspace, request.user)


def _to_change(request: WorkspaceRequest, rows: Any, pk: UUID) -> SavedPrompt:
    row: SavedPrompt = get_object_or_404(rows, pk=pk)
    if not row.may_change(request.membership):
        raise NotAllowed(_("Somebody else keeps this prompt."))
    return row


def _kept(request: WorkspaceRequest) -> SavedPrompt:
    is_personal = request.POST.get("scope") == Scope.PERSONAL
    row = SavedPrompt(
        owner=request.user,
        scope=Scope.PERSONAL if is_personal else Scope.WORKSPACE,
        workspace=None if is_personal else request.workspace,
    )
    fields = PromptFields(Around(request.user), request.POST)
    if not fields.is_valid():
        sentences = fields.sentences
        raise UserError(next(iter(sentences.values()))[0], code="invalid", fields=sentences)
    try:
        fields.fill(row)
    except ValidationError as error:
        raise refusal(error) from None
    return row
