"""Finds an experiment through its workspace, or 404; and whose it is to change."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generation.models import Cell, Experiment, Job
from generation.views.found import PREVIEWS, NotYours
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest


class LookOnly(UserError):
    code = "look_only"
    status = 403


def experiment(request: WorkspaceRequest, pk: UUID) -> Experiment:
    return _found(request, pk, Experiment.objects.living())


def to_change(request: WorkspaceRequest, pk: UUID, *, in_trash: bool = False) -> Experiment:
    """For somebody who may change it: its author, or the workspace's owner."""
    rows = Experiment.objects.all() if in_trash else Experiment.objects.living()
    row = _found(request, pk, rows)
    if not may_change(request, row):
        raise NotYours(
            _("Somebody else began this experiment. Only they or the owner may change it.")
        )
    return row


def may_change(request: WorkspaceRequest, row: Experiment) -> bool:
    return request.membership.may_change(row.author_id)


def to_draw(request: WorkspaceRequest) -> None:
    if not request.membership.may_generate():
        raise LookOnly(_("You may look at this workspace, but not draw in it."))


def places_of(row: Experiment) -> dict[int, list[int]]:
    """Of the cells whose pictures can be looked at: where each lies on the axes, by its id."""
    cells = row.cells.filter(
        state=Cell.State.MADE,
        batch__deleted=None,
        batch__jobs__image__isnull=False,
        batch__jobs__image__deleted=None,
    )
    return dict(cells.order_by("place").values_list("pk", "at"))


def _found(request: WorkspaceRequest, pk: UUID, rows: QuerySet[Experiment]) -> Experiment:
    mine = rows.filter(workspace=request.workspace)
    return get_object_or_404(mine.select_related("workspace", "author"), pk=pk)


def cells(rows: QuerySet[Cell], *more: Any) -> QuerySet[Cell]:
    """With what a page shows of them, in a fixed number of queries."""
    jobs = Job.objects.select_related("image", "model").prefetch_related(PREVIEWS)
    read = rows.select_related("batch__model", "batch__workspace").prefetch_related(
        Prefetch("batch__jobs", jobs), *more
    )
    return read.order_by("place")
