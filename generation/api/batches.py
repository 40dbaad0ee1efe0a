"""`/api/batches`: requests with all their pictures, and what becomes of them; `/api/jobs`: one of
those pictures again."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api import visible
from generation.api.answers import file_url, job_answer, settings_answer, status_url
from generation.api.place import membership_named
from generation.estimate import tell
from generation.models import Batch, Image, Job
from generation.models.states import JOB_WORDS
from generation.retry import retry
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import GENERATE, MANAGE, READ
from pixazo.texts.kept import shown
from workspaces.models import Deed, Membership, Workspace
from workspaces.models.topic import topic_id


class Batches(Door):
    """Newest first, of all workspaces; `?workspace=`, `?topic=`."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        rows = _rows(request).visible()
        if slug := request.query_params.get("workspace", ""):
            rows = rows.filter(workspace=membership_named(request.user, slug).workspace_id)
        if given := request.query_params.get("topic", ""):
            if (pk := topic_id(given)) is None:
                raise paging.wrong("topic", _("`%(name)s` is an id.") % {"name": "topic"})
            rows = rows.filter(topic=pk)
        found, more = paging.page(request, _whole(rows), ["-id"], usual=20, most=100)
        return Response({"batches": [answer(request, row) for row in found], "next": more})


class OneBatch(Door):
    scopes = {"GET": READ, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return _told(request, pk)

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Into the trash with its pictures, for 30 days; what is being made of it is cancelled."""
        row = _to_change(request, pk)
        count = Image.objects.visible().filter(job__batch=row).count()
        if row.trash():
            Deed.tell(row.workspace_id, Deed.Kind.THROWN, count=count)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Cancel(Door):
    """What is finished stays. Whoever asked for it may, whatever their role is by now."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        row = get_object_or_404(_rows(request).visible(), pk=pk)
        if _may_change(request, row):
            row.cancel()
        elif row.author_id == request.user.pk:
            row.cancel(request.user.pk)
        else:
            raise _not_yours()
        return _told(request, pk)


class Retry(Door):
    """What failed of it once more, all or none; whoever asks for it pays for it."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        row = _to_change(request, pk)
        if row.deleted:
            raise UserError(_("This picture was deleted."), code="not_retryable", status=409)
        with transaction.atomic():
            for job in row.jobs.filter(state=Job.State.FAILED).select_related("batch", "model"):
                retry(job, request.user)
        return _told(request, pk)


class Restore(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        row = _to_change(request, pk)
        if row.restore():
            count = Image.objects.visible().filter(job__batch=row).count()
            Deed.tell(row.workspace_id, Deed.Kind.BACK, count=count)
        return _told(request, pk)


class RetryJob(Door):
    """One picture that failed or was cancelled, once more."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, job_id: UUID) -> Response:
        rows = visible.jobs(request.user).select_related(
            "batch__workspace", "batch__model", "model"
        )
        job = get_object_or_404(rows, pk=job_id)
        if not _may_change(request, job.batch):
            raise _not_yours()
        retry(job, request.user)
        again = get_object_or_404(rows.select_related("image"), pk=job_id)
        return Response(job_answer(request, again, tell([again]).get(again.pk)))


def answer(request: Any, row: Batch) -> dict[str, Any]:
    """Its jobs, their images, its model, author and workspace are read: fetch them with it."""
    return {
        "batch_id": str(row.pk),
        "workspace": row.workspace.slug,
        "topic": str(row.topic_id),
        "author": row.author.username,
        "model": row.model.slug,
        "prompt": row.prompt,
        "template": row.template,
        "mode": row.mode,
        "settings": settings_answer(row, row.seed),
        "corrections": [shown(sentence) for sentence in row.corrections],
        "created_at": row.created,
        "jobs": [_job(request, job) for job in row.jobs.all()],
    }


def _job(request: Any, job: Job) -> dict[str, Any]:
    image: Image | None = getattr(job, "image", None)
    is_there = image is not None and not image.deleted
    return {
        "job_id": str(job.pk),
        "status": JOB_WORDS[job.state],
        "state": job.state,
        "seed": job.seed,
        "image_id": str(image.pk) if image and is_there else None,
        "image_url": file_url(request, image) if image and is_there else None,
        "status_url": status_url(request, job),
    }


def _rows(request: DoorRequest) -> Any:
    return Batch.objects.filter(workspace__in=Workspace.objects.visible_to(request.user))


def _whole(rows: QuerySet[Batch]) -> QuerySet[Batch]:
    near = rows.select_related("workspace", "author", "model")
    return near.prefetch_related("jobs", "jobs__image")


def _told(request: DoorRequest, pk: UUID) -> Response:
    return Response(answer(request, get_object_or_404(_whole(_rows(request).visible()), pk=pk)))


def _to_change(request: DoorRequest, pk: UUID) -> Batch:
    row: Batch = get_object_or_404(_rows(request).select_related("workspace", "model"), pk=pk)
    if not _may_change(request, row):
        raise _not_yours()
    return row


def _may_change(request: DoorRequest, row: Batch) -> bool:
    membership = Membership.objects.filter(workspace=row.workspace_id, user=request.user).first()
    return bool(membership and membership.may_change(row.author_id))


def _not_yours() -> UserError:
    sentence = _("Somebody else made this. Only they or the workspace's owner may change it.")
    return UserError(sentence, code="not_yours", status=403)
