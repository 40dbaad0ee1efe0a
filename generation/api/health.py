"""`GET /api/health`: what works, named part by part, and always within `LIMIT` (S018, S262).

Each part is asked in a thread of its own, so that one that hangs is reported and not waited for.
A part that is being asked already is not asked twice, however many look at the same time.
"""

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from math import inf
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connections
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from generation.models import Job, Worker
from pixazo import __version__
from pixazo.api import Door

log = logging.getLogger(__name__)

LIMIT = 2.0  # seconds for all parts together
STORED_SECONDS = 30.0  # for which a storage that could be written counts as one that can
Facts = dict[str, Any]


class Health(Door):
    """Public, and looks at a session only when all is well and somebody has one: a database that is
    down must not keep it from answering.

    What the machines are is for signed-in staff, or for everybody by PIXAZO_HEALTH_DETAILS.
    """

    authentication_classes = (SessionAuthentication,)
    permission_classes = (AllowAny,)

    def perform_authentication(self, request: Request) -> None:
        """Not before somebody asks who it is."""

    def get(self, request: Request) -> Response:
        deadline = monotonic() + LIMIT
        asked = {name: _ask(name, check) for name, check in CHECKS.items()}
        parts = {name: _wait(name, future, deadline) for name, future in asked.items()}
        down = [name for name, part in parts.items() if not part["ok"]]
        engine = parts["database"].pop("engine", {"workers": None, "queue": None})
        workers = engine["workers"]
        degraded = down or ([] if workers and workers["able"] else ["workers"])
        if workers and (down or not _may_see_machines(request)):
            workers.pop("list")
        return Response(
            {
                "status": "down" if down else "degraded" if degraded else "ok",
                "degraded": degraded,
                "version": __version__,
                **parts,
                **engine,
            },
            status=status.HTTP_503_SERVICE_UNAVAILABLE if down else status.HTTP_200_OK,
        )


def _may_see_machines(request: Request) -> bool:
    if settings.HEALTH_DETAILS:
        return True
    try:
        return bool(request.user and request.user.is_staff)
    except DatabaseError:
        return False


def database() -> Facts:
    """The engine's facts come from the database too, so they are asked together with it."""
    workers = list(Worker.objects.alive().order_by("name"))
    jobs = Job.objects
    return {
        "engine": {
            "workers": {
                "alive": len(workers),
                # One whose device was lost lives, and draws nothing for a while.
                "able": sum(not worker.trouble for worker in workers),
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
    """Written once in a while only: who watches a site asks every few seconds, and the public may.

    Written where the collector looks, should the site be killed between the two lines.
    """
    global _stored
    if monotonic() - _stored > STORED_SECONDS:
        name = default_storage.save(f"generated/health-{uuid4().hex}", ContentFile(b"ok"))
        default_storage.delete(name)
        _stored = monotonic()
    return {}


_stored = -inf


CHECKS: dict[str, Callable[[], Facts]] = {
    "database": database,
    "broker": broker,
    "storage": storage,
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


def _wait(name: str, future: "Future[Facts]", deadline: float) -> Facts:
    """The part's facts; what went wrong is for the log, not for whoever asks."""
    try:
        return {"ok": True, **future.result(max(0.0, deadline - monotonic()))}
    except TooSlow:
        log.warning("Health: %s did not answer within %s s.", name, LIMIT)
        return {"ok": False, "message": f"It did not answer within {LIMIT:g} seconds."}
    except Exception as error:  # noqa: BLE001  as above
        log.warning("Health: %s does not work: %r", name, error)
        return {"ok": False, "message": "It does not work; the site's log says why."}
