"""`GET /api/queue`: the caller's own jobs in full, everybody else's as counts only (S411)."""

from django.db.models import Count, Q
from rest_framework.response import Response

from generation import queue
from generation.api.answers import job_answer
from generation.models import Job
from pixazo.api import Door, DoorRequest

MOST = 100


class Queue(Door):
    def get(self, request: DoorRequest) -> Response:
        own = Job.objects.unfinished().filter(author_id=request.user.pk)
        rows = own.select_related("batch", "model", "image").order_by("waiting_since", "id")
        jobs = list(rows[:MOST])
        places = queue.places(jobs)
        return Response(
            {
                **_counts(Q()),
                "own": _counts(Q(author_id=request.user.pk)),
                "jobs": [job_answer(request, job, places.get(job.pk)) for job in jobs],
            }
        )


def _counts(whose: Q) -> dict[str, int]:
    waiting = Count("pk", filter=Q(state=Job.State.QUEUED))
    rows = Job.objects.unfinished().filter(whose).order_by()
    return rows.aggregate(waiting=waiting, running=Count("pk", filter=Q(state__in=Job.ACTIVE)))
