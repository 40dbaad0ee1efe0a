"""`/api/queue`: the caller's own jobs in full, everybody else's as counts only (S411), and what a
person may do with their own queue."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from generation import estimate, queue
from generation.api import visible
from generation.api.answers import job_answer
from generation.models import Job
from pixazo.api import Door, DoorRequest
from pixazo.paging import wrong
from pixazo.scopes import GENERATE, READ

MOST = 100


class Queue(Door):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        answer = _counts(Q()) | _own(request) | {"eta_accuracy": _accuracy()}
        if request.user.is_staff:
            answer["report"] = [line.as_dict() for line in queue.report()]
        return Response(answer)


class Pause(Door):
    """Nothing of the caller's is begun until they resume."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest) -> Response:
        queue.pause(request.user)
        return Response(_own(request))


class Resume(Door):
    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest) -> Response:
        queue.resume(request.user)
        return Response(_own(request))


class CancelAll(Door):
    """All of the caller's own that wait, in every workspace, and with `running` also what is being
    drawn. Experiments pause: they would put others in their place."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest) -> Response:
        running = request.data.get("running", False)
        if not isinstance(running, bool) or set(request.data) - {"running"}:
            raise wrong("running", _("`%(given)s` must be true or false.") % {"given": "running"})
        request.user.experiments.pause()
        own = Job.objects.unfinished() if running else Job.objects.waiting()
        cancelled = sum(job.cancel() for job in own.filter(author_id=request.user.pk))
        return Response({"cancelled": cancelled} | _own(request))


class First(Door):
    """To the front of the caller's own; others' turns stay as they are."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, job_id: UUID) -> Response:
        own = visible.jobs(request.user).filter(author_id=request.user.pk)
        queue.move_to_front(get_object_or_404(own.select_related("batch__workspace"), pk=job_id))
        return Response(_own(request))


def _own(request: DoorRequest) -> dict[str, Any]:
    """In the order in which they will be drawn, as far as that is only the caller's affair."""
    own = Job.objects.unfinished().filter(author_id=request.user.pk)
    rows = own.select_related("batch__workspace", "model", "image")
    jobs = list(rows.order_by("is_idle", "rank", "waiting_since", "id")[:MOST])
    told = estimate.tell(jobs)
    return {
        "paused": queue.is_paused(request.user),
        "own": _counts(Q(author_id=request.user.pk)),
        "jobs": [job_answer(request, job, told.get(job.pk)) for job in jobs],
    }


def _counts(whose: Q) -> dict[str, Any]:
    waiting = Count("pk", filter=Q(state=Job.State.QUEUED))
    rows = Job.objects.unfinished().filter(whose).order_by()
    return rows.aggregate(waiting=waiting, running=Count("pk", filter=Q(state__in=Job.ACTIVE)))


def _accuracy() -> dict[str, float] | None:
    """How often the first range that was told held."""
    accuracy = estimate.accuracy()
    return {"share": round(accuracy.share, 3), "pictures": accuracy.count} if accuracy else None
