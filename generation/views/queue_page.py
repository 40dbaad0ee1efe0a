"""The queue as a person sees it: their own pictures in full, everybody else's as a number (E6).

A page of its own and, by the same address, what the drawer shows.
"""

import datetime
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.models import User
from generation import estimate, queue
from generation.estimate import Told
from generation.models import Batch, Image, ImageModel, Job, Worker
from generation.queue.counting import counts
from generation.views import found

MOST = 60  # rows of each kind
FINISHED = 400  # jobs of today that are looked at
CLEARED = "queue_cleared"  # in the session: what was finished before is not listed
SHOWN = ("all", "waiting", "running", "done", "failed")
WENT_WRONG = (Job.State.FAILED, Job.State.BLOCKED, Job.State.EXPIRED)


@dataclass(frozen=True)
class Row:
    """One picture of theirs that is not finished."""

    job: Job
    told: Told

    @property
    def preview(self) -> int | None:
        preview = getattr(self.job, "preview", None)
        return preview.number if preview else None

    @property
    def may_go_first(self) -> bool:
        is_waiting = self.job.state == Job.State.QUEUED and not self.told.is_paused
        return is_waiting and self.told.place != 1


@dataclass
class Finished:
    """A request of which something was finished today."""

    batch: Batch
    jobs: list[Job] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(job.state == Job.State.SUCCEEDED for job in self.jobs)

    @property
    def wrong(self) -> list[Job]:
        return [job for job in self.jobs if job.state in WENT_WRONG]

    @property
    def again(self) -> int:
        """How many can be asked for again at once."""
        return sum(job.state == Job.State.FAILED for job in self.jobs)

    @property
    def picture(self) -> Image | None:
        pictures = (getattr(job, "image", None) for job in self.jobs)
        return next((each for each in pictures if each and not each.deleted), None)

    @property
    def seconds(self) -> float | None:
        """What one picture took to draw, on average."""
        times = [job.image.draw_seconds for job in self.jobs if getattr(job, "image", None)]
        return sum(times) / len(times) if times else None


@require_GET
@vary_on_headers("X-Requested-With")
@login_required
def page(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    is_fragment = request.headers.get("X-Requested-With") == "fetch"
    template = "generation/_queue.html" if is_fragment else "generation/queue.html"
    return render(request, template, _context(request, user))


@require_POST
@login_required
def cancel_waiting(request: HttpRequest) -> HttpResponse:
    """All of one's own that wait, in every workspace; what is being drawn goes on. Experiments
    pause: they would put others in their place."""
    user: Any = request.user
    user.experiments.pause()
    for job in Job.objects.waiting().filter(author_id=user.pk):
        job.cancel()
    return _answer(request)


@require_POST
@login_required
def cancel_running(request: HttpRequest) -> JsonResponse:
    """What is being drawn for them now, in every workspace; what waits goes on."""
    user: Any = request.user
    jobs = Job.objects.active().filter(author_id=user.pk)
    return JsonResponse({"count": sum(job.cancel() for job in jobs)})


@require_POST
@login_required
def clear(request: HttpRequest) -> HttpResponse:
    """What is finished by now leaves the list; pictures and history stay."""
    request.session[CLEARED] = now().isoformat()
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("queue")
    user: Any = request.user
    return render(request, "generation/_queue.html", _context(request, user))


def _context(request: HttpRequest, user: User) -> dict[str, Any]:
    show = request.GET.get("show", "all")
    rows = _rows(user)
    workers = [worker for worker in Worker.objects.alive() if worker.draws]
    slugs = {slug for worker in workers for slug in worker.loaded_models}
    return {
        "show": show if show in SHOWN else "all",
        "shows": SHOWN,
        "counts": counts(user),
        "running": [row for row in rows if row.job.is_active],
        "waiting": [row for row in rows if not row.job.is_active],
        "finished": _finished(user, _since(request)),
        "paused": queue.is_paused(user),
        "workers": workers,
        "busy": sum(worker.busy for worker in workers),
        "loaded": list(ImageModel.objects.filter(slug__in=slugs).values_list("name", flat=True)),
        "accuracy": estimate.accuracy(),
    }


def _rows(user: User) -> list[Row]:
    own = _whole(Job.objects.unfinished().filter(author_id=user.pk, batch__deleted=None))
    ordered = own.prefetch_related(found.PREVIEWS).order_by(
        "is_idle", "rank", "waiting_since", "id"
    )
    jobs = [*ordered.filter(state__in=Job.ACTIVE)[:MOST], *ordered.filter(state="queued")[:MOST]]
    told = estimate.tell(jobs)
    rows = [Row(job, told.get(job.pk, Told())) for job in jobs]
    return sorted(rows, key=lambda row: row.told.place or 0)


def _finished(user: User, since: datetime.datetime) -> list[Finished]:
    """Newest first, at most so many."""
    over = Job.objects.filter(author_id=user.pk, state__in=Job.FINAL, finished__gt=since)
    over = over.filter(batch__deleted=None).exclude(image__is_brought=True)
    jobs = list(_whole(over).order_by("-id")[:FINISHED])
    return [
        Finished(batch, list(group)) for batch, group in groupby(jobs, key=lambda job: job.batch)
    ][:MOST]


def _whole(jobs: QuerySet[Job]) -> QuerySet[Job]:
    return jobs.select_related("batch__workspace", "batch__model", "model", "image")


def _since(request: HttpRequest) -> datetime.datetime:
    """This day's beginning (UTC), or when the list was cleared after it."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    cleared = parse_datetime(request.session.get(CLEARED, "")) or midnight
    return max(midnight, cleared)
