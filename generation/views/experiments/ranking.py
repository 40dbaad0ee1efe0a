"""Pictures of an experiment in pairs, without their settings; then what they are, by rank."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from generation.experiments import votes, winner
from generation.experiments.place import Place
from generation.experiments.ranking import Rank
from generation.models import Cell, Experiment, Image, Vote
from generation.views.experiments import found
from generation.views.experiments.board import label_of
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view


@dataclass(frozen=True)
class Ranked:
    place: int
    rank: Rank
    cell: Cell
    image: Image
    label: str


@require_http_methods(["GET", "POST"])
@never_cache
@workspace_view
def pair(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Two pictures. By POST what somebody says of two, and then the next two."""
    row = found.experiment(request, pk)
    found.to_draw(request)
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer == "back":
            votes.take_back(row, request.user)
        else:
            left, right = (request.POST.get(side, "") for side in ("left", "right"))
            votes.vote(row, request.user, left, right, answer)
        if request.headers.get("X-Requested-With") != "fetch":
            return redirect(_address("experiment_compare", request, row))
    asked = votes.question(row, request.user, _seen(row))
    context = {"workspace": request.workspace, "experiment": row, "question": asked}
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    template = "_pair.html" if is_fragment else "pair.html"
    return render(request, f"generation/experiments/{template}", context)


@require_GET
@workspace_view
def result(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = found.experiment(request, pk)
    return _result(request, row, {})


@require_POST
@workspace_view
def keep_style(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = found.experiment(request, pk)
    found.to_draw(request)
    try:
        style = winner.keep(request.workspace, request.user, request.POST.dict())
    except UserError as error:
        return _result(request, row, request.POST.dict(), error)
    messages.success(
        request,
        _("The style “%(name)s” is saved. It is among the studio's now.") % {"name": style.name},
    )
    return redirect(_address("experiment_ranking", request, row))


def _result(
    request: WorkspaceRequest, row: Experiment, sent: dict[str, Any], error: UserError | None = None
) -> HttpResponse:
    ranked = votes.ranks(row, _seen(row))
    shown = [
        Ranked(number, rank, cell, cell.image, label_of(row, cell))
        for number, (rank, cell) in enumerate(ranked, start=1)
        if cell.image
    ]
    said = Vote.objects.filter(experiment=row).exclude(verdict=Vote.Verdict.SKIPPED)
    context: dict[str, Any] = {
        "workspace": request.workspace,
        "experiment": row,
        "ranked": shown,
        "means": votes.means(row, ranked),
        "said": said.count(),
        "voters": said.order_by().values("voter").distinct().count(),
        "may_generate": request.membership.may_generate(),
        "refusal": error.sentence if error else "",
        "fields": error.fields if error else {},
    }
    if shown and request.membership.may_generate():
        place = Place(request.workspace, request.user)
        chosen = _chosen(shown, request.GET.get("style", ""))
        styles = {str(style.pk): style for style in place.styles}
        chosen.cell.experiment = row
        context |= {"chosen": chosen, "style": winner.offered(chosen.cell, styles) | sent}
    status = error.status if error else 200
    return render(request, "generation/experiments/ranking.html", context, status=status)


def _chosen(shown: list[Ranked], given: str) -> Ranked:
    """Whose settings would become a style: the winner's, or those that were asked for."""
    return next((each for each in shown if str(each.place) == given), shown[0])


def _seen(row: Experiment) -> list[Cell]:
    """Whose pictures can be looked at."""
    cells = found.cells(row.cells.filter(state=Cell.State.MADE))
    return [cell for cell in cells if cell.image]


def _address(name: str, request: WorkspaceRequest, row: Experiment) -> str:
    return reverse(name, args=[request.workspace.slug, row.pk])
