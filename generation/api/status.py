"""`GET /api/status/<job_id>` and `POST /api/jobs/<job_id>/cancel`: one job, and its end."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.models import User
from generation.api import visible
from generation.api.answers import job_answer
from generation.estimate import tell
from generation.models import Job
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.prepared import Rows
from pixazo.scopes import GENERATE, READ


class Status(Door):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest, job_id: UUID) -> Response:
        return Response(_answer(request, _find(request, job_id)))


class Cancel(Door):
    """Harmless to repeat: a job that has ended stays as it is, and the answer says how it ended.
    Whoever asked for it may, whatever their role is by now: they pay for it."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, job_id: UUID) -> Response:
        job = _find(request, job_id)
        if job.author_id != request.user.pk:
            _must_change(request, job)
        job.cancel()
        return Response(_answer(request, _find(request, job_id)))


def _find(request: DoorRequest, job_id: UUID) -> Job:
    job = _VISIBLE.first(user=request.user.pk, job=job_id)
    if job is None:
        raise Http404
    return job


_VISIBLE: Rows[Job] = Rows(
    lambda user, job: (
        visible.jobs(User(pk=user))
        .select_related("batch__workspace", "model", "image")
        .filter(pk=job)
        .order_by()
    ),
    planned_once=True,
    user=UUID,
    job=UUID,
)


def _must_change(request: DoorRequest, job: Job) -> None:
    membership = get_object_or_404(job.batch.workspace.memberships, user=request.user)
    if not membership.may_change(job.batch.author_id):
        sentence = _("Somebody else made this. Only they or the workspace's owner may change it.")
        raise UserError(sentence, code="not_yours", status=403)


def _answer(request: DoorRequest, job: Job) -> dict[str, Any]:
    return job_answer(request, job, tell([job]).get(job.pk))
