"""Finds what an API's address names for somebody who wants it changed: 404 for what they may not
see, 403 with a sentence for what they may only look at."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generation.api import visible
from generation.models import Batch, Image, Job
from pixazo.errors import UserError
from workspaces.models import Deed, Membership, Workspace


class NotYours(UserError):
    code = "not_yours"
    status = 403


def trash_image(user: Any, pk: UUID) -> Image:
    """The picture into the trash."""
    rows = visible.images(user).select_related("job__batch__workspace", "job__batch__model")
    image = get_object_or_404(rows, pk=pk)
    must_change(user, image.job.batch)
    if image.trash():
        Deed.tell(image.workspace_id, Deed.Kind.THROWN)
    return image


def trash_batch(user: Any, pk: UUID) -> Batch:
    """The request into the trash, with all its pictures; what is being made is cancelled."""
    visible_to = Workspace.objects.visible_to(user)
    rows = Batch.objects.visible().filter(workspace__in=visible_to).select_related("workspace")
    batch = get_object_or_404(rows, pk=pk)
    must_change(user, batch)
    throw_away(batch)
    return batch


def throw_away(batch: Batch) -> None:
    count = Image.objects.visible().filter(job__batch=batch).count()
    if batch.trash():
        Deed.tell(batch.workspace_id, Deed.Kind.THROWN, count=count)


def job_to_change(user: Any, pk: UUID) -> Job:
    rows = visible.jobs(user).select_related("batch__workspace", "model", "image")
    job = get_object_or_404(rows, pk=pk)
    must_change(user, job.batch)
    return job


def must_change(user: Any, batch: Batch) -> None:
    membership = get_object_or_404(
        Membership.objects.filter(workspace=batch.workspace_id), user=user
    )
    if not membership.may_change(batch.author_id):
        sentence = _("Somebody else made this. Only they or the workspace's owner may change it.")
        raise NotYours(sentence)
