"""Finds what a page's address names, through the workspace that the person may see, or 404."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generation.models import Batch, Image, Job, Preview
from generation.models.batch import BatchQuerySet
from generation.models.image import ImageQuerySet
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest

Row = TypeVar("Row", bound=Model)
Work = TypeVar("Work", Batch, Job)

# The frame itself is fetched by its own address.
PREVIEWS = Prefetch("preview", Preview.objects.defer("webp"))


class NotYours(UserError):
    code = "not_yours"
    status = 403


def batches(request: WorkspaceRequest) -> BatchQuerySet:
    return Batch.objects.filter(workspace=request.workspace).select_related("model", "workspace")


def jobs(request: WorkspaceRequest) -> QuerySet[Job]:
    rows = Job.objects.filter(batch__workspace=request.workspace, batch__deleted=None)
    return rows.select_related("batch__workspace", "batch__model", "model", "image")


def images(request: WorkspaceRequest) -> ImageQuerySet:
    rows = Image.objects.filter(workspace=request.workspace, job__batch__deleted=None)
    return rows.select_related("job__batch__workspace", "job__batch__model")


def may_change(request: WorkspaceRequest, batch: Batch) -> bool:
    return request.membership.may_change(batch.author_id)


def to_change(request: WorkspaceRequest, rows: QuerySet[Row], pk: UUID) -> Row:
    """The row of that id, for somebody who may change its batch."""
    row = get_object_or_404(rows, pk=pk)
    if not may_change(request, _batch_of(row)):
        raise not_yours()
    return row


def to_stop(request: WorkspaceRequest, rows: QuerySet[Work], pk: UUID) -> Work:
    """As above, and for whoever asked for it, whatever their role is by now: they pay for it."""
    row = get_object_or_404(rows, pk=pk)
    if row.author_id != request.user.pk and not may_change(request, _batch_of(row)):
        raise not_yours()
    return row


def not_yours() -> NotYours:
    return NotYours(_("Somebody else made this. Only they or the workspace's owner may change it."))


def _batch_of(row: Model) -> Batch:
    match row:
        case Batch():
            return row
        case Job():
            return row.batch
        case Image():
            return row.job.batch
    raise TypeError(f"{type(row).__name__} has no batch.")
