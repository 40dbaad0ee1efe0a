"""What /metrics says of the engine, found in its rows when it is asked: what waits, who draws, and
how what ended in the last ten minutes fared. Each question is bounded by an index or a limit."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import quantiles
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from prometheus_client.metrics_core import Metric

from generation import lanes
from generation.clock import moment
from generation.models import Image, ImageModel, Job, Service, Transition, Worker
from generation.watching.readiness import disks, skew
from pixazo.watching.families import gauge

LATELY = 600.0  # seconds
MOST = 2000  # of the jobs that ended lately, the latest
LOOKED_AT = 3000  # of the latest steps, to find the latest claims
QUANTILES = {"0.5": 49, "0.95": 94}  # of a hundred parts


def collect() -> Iterable[Metric]:
    yield from _waiting()
    yield from _workers()
    yield from _lately()
    yield from _services()
    yield gauge("pixazo_clock_skew_seconds", "Ahead of the database's.", (), skew())
    yield gauge("pixazo_disk_free_ratio", "Of a folder's disk.", ["disk"], disks())


def _waiting() -> Iterable[Metric]:
    rows = Job.objects.unfinished().order_by().values_list("state", "model__slug", "lane")
    counts = {row[:3]: row[3] for row in rows.annotate(count=Count("pk"))}
    yield gauge("pixazo_jobs", "Jobs that have not ended.", ["state", "model", "lane"], counts)
    due = Job.objects.waiting().filter(Q(rest_until=None) | Q(rest_until__lt=Now()))
    oldest = due.exclude(is_idle=True).order_by().values_list("lane")
    ages = dict.fromkeys(((lane,) for lane in ImageModel.Lane.values), 0.0)
    for lane, first, clock in oldest.annotate(first=Min("waiting_since"), clock=Now()):
        ages[lane,] = _seconds(first, clock)
    yield gauge("pixazo_oldest_waiting_seconds", "Of what may be drawn now.", ["lane"], ages)
    claims = {(lane,): _last_claim(lane) for lane in ImageModel.Lane.values}
    yield gauge("pixazo_last_claim_seconds", "Since a worker took a job.", ["lane"], claims)


def _last_claim(lane: str) -> float:
    """At least: where the latest steps have none of this lane, since the first of these."""
    latest = Transition.objects.order_by("-id").values_list("id", flat=True).first()
    if latest is None:
        return 0.0
    steps = Transition.objects.filter(id__gt=latest - LOOKED_AT).annotate(clock=Now())
    claims = steps.filter(state=Job.State.PREPARING, job__lane=lane).order_by("-id")
    found = claims.values_list("at", "clock").first()
    found = found or steps.order_by("id").values_list("at", "clock").first()
    return _seconds(*found) if found else 0.0


def _workers() -> Iterable[Metric]:
    alive = list(Worker.objects.alive())
    crew = lanes.crew(((each.lanes, each.trouble) for each in alive), lanes.needed())
    unserved = {(lane,): float(lane in crew.unserved) for lane in ImageModel.Lane.values}
    yield gauge("pixazo_lane_unserved", "1: models or jobs need it.", ["lane"], unserved)
    states = Counter((each.lanes, "trouble" if each.trouble else _doing(each)) for each in alive)
    named: dict[tuple[str, str], float] = dict.fromkeys(
        ((lane, doing) for lane in ImageModel.Lane.values for doing in ("idle", "busy", "trouble")),
        0.0,
    )
    yield gauge("pixazo_workers", "By what they do.", ["lane", "state"], {**named, **states})
    resident = {(_place(each),): float(each.resident) for each in alive if each.resident}
    yield gauge("pixazo_worker_memory_bytes", "Of its process.", ["worker"], resident)
    used = {(_place(each),): float(each.memory_used or 0) for each in alive if each.memory_used}
    total = {(_place(each),): float(each.memory_total or 0) for each in alive if each.memory_total}
    yield gauge("pixazo_device_memory_used_bytes", "Of the device.", ["worker"], used)
    yield gauge("pixazo_device_memory_bytes", "Of the device, in all.", ["worker"], total)


def _doing(worker: Worker) -> str:
    return "busy" if worker.busy else "idle"


def _place(worker: Worker) -> str:
    """Without the process, so that a new one is no new row of the graph."""
    return Worker.place_of(worker.name).rstrip(":")


def _lately() -> Iterable[Metric]:
    since = moment(seconds=-LATELY)
    ended = Job.objects.filter(finished__gt=since).exclude(image__is_brought=True)
    told = list(
        ended.order_by("-finished").values_list(
            "pk", "state", "model__slug", "lane", "error_code", "attempt"
        )[:MOST]
    )
    counts = Counter((state, model, lane, code) for _, state, model, lane, code, _ in told)
    labels = ["state", "model", "lane", "reason"]
    yield gauge("pixazo_jobs_ended_lately", "In ten minutes.", labels, counts)
    tries = Counter((str(attempt),) for *_, attempt in told)
    yield gauge("pixazo_job_attempts_lately", "Of those, by their attempts.", ["attempts"], tries)
    failed = sum(row[1] == Job.State.FAILED for row in told)
    drawn = sum(row[1] == Job.State.SUCCEEDED for row in told)
    ratio = failed / (failed + drawn) if failed + drawn else 0.0
    yield gauge("pixazo_failed_ratio_lately", "Of what failed or came.", (), ratio)
    yield from _phases([row[0] for row in told if row[1] == Job.State.SUCCEEDED])


def _phases(jobs: list[Any]) -> Iterable[Metric]:
    """Decoding is a part of drawing: providers do not tell them apart."""
    took: dict[tuple[str, str], list[float]] = {}
    images = Image.objects.filter(job__in=jobs[:500]).order_by()
    for model, *seconds in images.values_list(
        "job__model__slug", "wait_seconds", "load_seconds", "draw_seconds"
    ):
        for phase, each in zip(("waiting", "loading", "drawing"), seconds, strict=True):
            if each is not None:
                took.setdefault((phase, model), []).append(each)
    for model, stored in _storing(jobs[:500]):
        took.setdefault(("storing", model), []).append(stored)
    yield gauge(
        "pixazo_job_phase_seconds",
        "What the pictures of ten minutes took.",
        ["phase", "model", "quantile"],
        _quantiles(took),
    )


def _storing(jobs: list[Any]) -> Iterable[tuple[str, float]]:
    steps = Transition.objects.filter(
        job__in=jobs, state__in=(Job.State.SAVING, Job.State.SUCCEEDED)
    )
    begun: dict[Any, datetime] = {}
    for job, model, state, at in steps.order_by("id").values_list(
        "job", "job__model__slug", "state", "at"
    ):
        if state == Job.State.SAVING:
            begun[job] = at
        elif job in begun:
            yield model, _seconds(begun[job], at)


def _quantiles(took: Mapping[tuple[str, str], list[float]]) -> dict[tuple[str, ...], float]:
    return {
        (phase, model, name): _parts(seconds)[place]
        for (phase, model), seconds in took.items()
        for name, place in QUANTILES.items()
    }


def _parts(seconds: list[float]) -> list[float]:
    return quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else seconds * 100


def _services() -> Iterable[Metric]:
    rows = Service.objects.filter(is_active=True).annotate(clock=Now())
    closed = {
        (each.slug,): float(bool(each.closed_until and each.closed_until > each.clock))
        for each in rows
    }
    yield gauge("pixazo_service_closed", "1: it failed and is left alone.", ["service"], closed)


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())
