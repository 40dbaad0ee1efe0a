"""Pictures of an experiment in pairs, without their settings; then what they are, by rank."""

from collections.abc import Collection, Mapping, Sequence
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
from django.views.decorators.vary import vary_on_headers

from generation.experiments import votes, winner
from generation.experiments.place import Place
from generation.experiments.ranking import Rank
from generation.models import Cell, Experiment, Image, Vote
from generation.views.experiments import found
from generation.views.experiments.board import label_of
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view

PAGE = 50  # pictures of a ranking


@dataclass(frozen=True)
class Ranked:
    place: int
    rank: Rank
    cell: Cell
    image: Image
    label: str


@require_http_methods(["GET", "POST"])
@never_cache
@vary_on_headers("X-Requested-With")
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
    asked = votes.question(row, request.user, found.places_of(row))
    shown = _cells(row, asked.pair or ())
    context = {"workspace": request.workspace, "experiment": row, "question": asked}
    context |= dict(zip(("left", "right"), map(shown.get, asked.pair or ()), strict=False))
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
    at = found.places_of(row)
    ranks = votes.ranks(row, at)
    page = _page(request, ranks)
    chosen = _chosen(request, ranks)
    cells = _cells(row, [ranks[number].item for number in {*page, *chosen}])
    shown = _ranked(row, ranks, cells, page)
    said = Vote.objects.filter(experiment=row).exclude(verdict=Vote.Verdict.SKIPPED)
    context: dict[str, Any] = {
        "workspace": request.workspace,
        "experiment": row,
        "ranked": shown,
        "count": len(ranks),
        "before": _before(ranks, page),
        "after": ranks[page[-1]].item if shown and page.stop < len(ranks) else None,
        "means": votes.means(row, ranks, at),
        "said": said.count(),
        "voters": said.order_by().values("voter").distinct().count(),
        "may_generate": request.membership.may_generate(),
        "refusal": error.sentence if error else "",
        "fields": error.fields if error else {},
    }
    offered = _ranked(row, ranks, cells, chosen)
    if offered and request.membership.may_generate():
        place = Place(request.workspace, request.user)
        styles = {str(style.pk): style for style in place.styles}
        style = winner.offered(offered[0].cell, styles) | sent
        context |= {"chosen": offered[0], "style": style}
    status = error.status if error else 200
    return render(request, "generation/experiments/ranking.html", context, status=status)


def _page(request: WorkspaceRequest, ranks: Sequence[Rank]) -> range:
    """Which of them are shown, from 0: those behind the one of `?after=`, wherever that is by now;
    the first ones where it is not there."""
    after = request.GET.get("after", "")
    starts = (number for number, rank in enumerate(ranks, start=1) if str(rank.item) == after)
    start = next(starts, 0)
    return range(start, min(start + PAGE, len(ranks)))


def _before(ranks: Sequence[Rank], page: range) -> str | None:
    """What `?after=` is one page earlier; empty for the first one, None where there is none."""
    if not page.start:
        return None
    return str(ranks[page.start - PAGE - 1].item) if page.start > PAGE else ""


def _chosen(request: WorkspaceRequest, ranks: Sequence[Rank]) -> range:
    """Whose settings would become a style: the winner's, or those that were asked for."""
    given = request.GET.get("style", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    number = number if 1 <= number <= len(ranks) else 1
    return range(number - 1, min(number, len(ranks)))


def _cells(row: Experiment, pks: Collection[int]) -> dict[int, Cell]:
    cells = {cell.pk: cell for cell in found.cells(row.cells.filter(pk__in=pks))}
    for cell in cells.values():
        cell.experiment = row
    return cells


def _ranked(
    row: Experiment, ranks: Sequence[Rank], cells: Mapping[int, Cell], numbers: range
) -> list[Ranked]:
    """What is to be seen of them, without those that went into the trash a moment ago."""
    rows = [(number, cells.get(ranks[number].item)) for number in numbers]
    return [
        Ranked(number + 1, ranks[number], cell, cell.image, label_of(row, cell))
        for number, cell in rows
        if cell and cell.image
    ]


def _address(name: str, request: WorkspaceRequest, row: Experiment) -> str:
    return reverse(name, args=[request.workspace.slug, row.pk])
