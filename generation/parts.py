"""The parts that the site stands on, each asked whether it works, and all within `LIMIT`.

Each is asked in a thread of its own, so that one that hangs is reported and not waited for. A part
that is being asked already is not asked twice, however many look at the same time.
"""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from math import inf
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.db.models import Case, Min, Q, When
from django.db.models.functions import Now
from django.utils.timezone import now

from generation import lanes
from generation.clock import moment
from generation.models import Job, Service, Worker
from generation.room import NoRoom, look_for_room

log = logging.getLogger(__name__)

LIMIT = 2.0  # seconds for all parts together
RECENT, RECENT_SECONDS = 200, 600.0  # the latest jobs, and how far back they are looked at
STUCK_SECONDS = 120.0
STORED_SECONDS = 10.0  # for which a storage that could be written counts as one that can
Facts = dict[str, Any]


def ask(
    names: Iterable[str],
    also: Mapping[str, Callable[[], Facts]] = MappingProxyType({}),
    limits: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, Facts]:
    """What each of these parts says of itself: `ok`, and its facts or a `message`. `also` are more
    parts, `limits` are the seconds of those that have less."""
    begun = monotonic()
    checks = {name: CHECKS[name] for name in names} | dict(also)
    asked = {name: _ask(name, check) for name, check in checks.items()}
    return {
        name: _wait(name, future, begun, limits.get(name, LIMIT)) for name, future in asked.items()
    }


def database() -> Facts:
    """The engine's facts come from the database too, so they are asked together with it."""
    workers = list(Worker.objects.alive().order_by("name"))
    jobs = Job.objects
    crew = lanes.crew(((each.lanes, each.trouble) for each in workers), lanes.needed())
    return {
        "engine": {
            "workers": {
                "alive": crew.alive,
                "able": crew.able,
                "callers": crew.callers,
                "unserved": crew.unserved,
                "list": [_machine(worker) for worker in workers],
            },
            "queue": {"waiting": jobs.waiting().count(), "running": jobs.active().count()},
        }
    }


def _machine(worker: Worker) -> Facts:
    return {
        "lane": worker.lanes,
        "device": worker.device,
        "precision": worker.precision,
        "model": worker.loaded_model or None,
        "models": worker.loaded_models,
        "memory_used": worker.memory_used,
        "memory_total": worker.memory_total,
        "step": worker.last_step or None,
        "busy": worker.busy,
        "trouble": worker.trouble or None,
    }


def drawing() -> Facts:
    """Whether pictures come: who draws, what waits, and how the latest ones ended."""
    waiting = Job.objects.waiting().filter(Q(rest_until=None) | Q(rest_until__lt=Now()))
    drawn = Job.objects.exclude(image__is_brought=True)
    recent = drawn.order_by("-id")[:RECENT].values_list("state", "finished")
    ended = [state for state, at in recent if at and (now() - at).total_seconds() < RECENT_SECONDS]
    return {
        "workers": list(
            Worker.objects.alive().order_by("name").values("lanes", "device", "trouble", "busy")
        ),
        "lanes": lanes.needed(),
        "waiting": Job.objects.waiting().count(),
        "running": Job.objects.active().count(),
        "oldest": waiting.exclude(is_idle=True).aggregate(first=Min("waiting_since"))["first"],
        # What nobody picks up again: the sweeper is not there.
        "stuck": Job.objects.active()
        .filter(lease_until__lt=moment(seconds=-STUCK_SECONDS))
        .count(),
        "drawn": ended.count(Job.State.SUCCEEDED),
        "failed": ended.count(Job.State.FAILED),
    }


def services() -> Facts:
    """Those that a model in use is made by, as the latest calls fared."""
    used = Service.objects.filter(is_active=True, image_models__is_active=True).distinct()
    resting = Q(closed_until__gt=Now())
    known = used.annotate(is_closed=Case(When(resting, then=True), default=False))
    return {"services": list(known.values("slug", "name", "is_closed", "trouble"))}


def broker() -> Facts:
    if settings.REDIS_URL:
        from pixazo.redis import connection as redis

        redis().ping()
        return {"kind": "redis"}
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} can't be written.")
    return {"kind": "folder"}


def storage() -> Facts:
    """Tried once in a while only: who watches a site asks every few seconds, and the public may.

    Written where the collector looks, should the site be killed between the two lines.
    """
    global _stored
    if monotonic() - _stored > STORED_SECONDS:
        name = default_storage.save(f"generated/health-{uuid4().hex}", ContentFile(b"ok"))
        try:
            with default_storage.open(name) as file:
                if file.read() != b"ok":
                    raise OSError("What is read is not what was written.")
        finally:
            default_storage.delete(name)
        _stored = monotonic()
    return {}


_stored = -inf


def room() -> Facts:
    """Whether anything new is taken on: a little can be written where no picture is begun."""
    try:
        look_for_room()
    except NoRoom:
        return {"has_room": False}
    return {"has_room": True}


CHECKS: dict[str, Callable[[], Facts]] = {
    "database": database,
    "broker": broker,
    "storage": storage,
    "room": room,
    "drawing": drawing,
    "services": services,
}

_asking: dict[str, "Future[Facts]"] = {}
_lock = Lock()


def _ask(name: str, check: Callable[[], Facts]) -> "Future[Facts]":
    with _lock:
        future = _asking.get(name)
        if future is None or future.done():
            future = _asking[name] = Future()
            # A daemon: what hangs must not keep the site from stopping.
            Thread(target=_answer, args=(future, check), name=f"health {name}", daemon=True).start()
        return future


def _answer(future: "Future[Facts]", check: Callable[[], Facts]) -> None:
    try:
        facts = check()
    except Exception as error:  # noqa: BLE001  whatever it is, this part does not work
        future.set_exception(error)
    else:
        future.set_result(facts)
    finally:
        connections.close_all()


def _wait(name: str, future: "Future[Facts]", begun: float, limit: float) -> Facts:
    """The part's facts; what went wrong is for the log, not for whoever asks."""
    try:
        return {"ok": True, **future.result(max(0.0, begun + limit - monotonic()))}
    except TooSlow:
        log.warning("Health: %s did not answer within %s s.", name, limit)
        return {"ok": False, "message": f"It did not answer within {limit:g} seconds."}
    except Exception as error:  # noqa: BLE001  as above
        log.warning("Health: %s does not work: %r", name, error)
        return {"ok": False, "message": "It does not work; the site's log says why."}
