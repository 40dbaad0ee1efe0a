"""What the policy held back of a person's, the rules it follows, and how to object."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from generation.models import ForbiddenWord, Reason, SafetyCase
from generation.safety import levels
from generation.views import cards, found
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view

PAGE = 50


class NothingToAppeal(UserError):
    code = "nothing_to_appeal"
    status = 409


@require_GET
@login_required
def held_back(request: HttpRequest) -> HttpResponse:
    level = levels.level_for(request.user)
    context = {
        "level": level,
        "reasons": _forbidden(level),
        "cases": Paginator(_cases(request), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "generation/held_back.html", context)


@require_POST
@login_required
def appeal(request: HttpRequest, pk: UUID) -> HttpResponse:
    case = get_object_or_404(SafetyCase, author_id=request.user.pk, pk=pk)
    _appeal(case, request)
    messages.success(request, _("Staff will look at it again. You find their answer here."))
    return redirect("held_back")


@require_POST
@workspace_view
def job_appeal(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """From a picture's tile; only whoever asked for the picture may."""
    job = get_object_or_404(found.jobs(request), pk=pk, author_id=request.user.pk)
    _appeal(get_object_or_404(SafetyCase.objects.filter(job=job)[:1]), request)
    tile, may_change = cards.tile(request, pk)
    context = {"workspace": request.workspace, "tile": tile, "may_change": may_change}
    return render(request, "generation/_tile.html", context)


def _cases(request: HttpRequest) -> QuerySet[SafetyCase]:
    return SafetyCase.objects.filter(author_id=request.user.pk).select_related("job")


def _appeal(case: SafetyCase, request: HttpRequest) -> None:
    if not case.object_to(request.POST.get("text", "").strip()):
        sentence = _("Staff have been asked about this already, or can't decide about it.")
        raise NothingToAppeal(sentence)


def _forbidden(level: str) -> list[str]:
    """The kinds of things that this level forbids, in words; one is forbidden at every level."""
    rows = ForbiddenWord.objects.filter(is_active=True).values_list("reason", "level").distinct()
    reasons = {reason for reason, at in rows if levels.applies(at, level)} | {Reason.MINORS}
    return [str(reason.label) for reason in Reason if reason in reasons]
