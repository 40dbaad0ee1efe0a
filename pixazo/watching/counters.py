"""What happens often is counted here, in files that all processes of a machine share (decision 14).

Each process has files of its own in `PIXAZO_METRICS`, and whichever is asked for /metrics adds all
of them up. No label names a person or repeats what somebody wrote.
"""

import logging
import os
import re
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec

from django.conf import settings

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
SLOW = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600)
FEW = (0, 1, 2, 4, 8, 12, 16, 24, 32, 64)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CODE = re.compile(r"[a-z0-9_.]{1,40}")
FILE = re.compile(r"[a-z_]+_(\d+)\.db")

log = logging.getLogger(__name__)
Words = ParamSpec("Words")


class Counters:
    def __init__(self) -> None:
        forget_those_before()
        # Imported when it is known where the files are, which it looks up as it is imported.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        from pixazo.watching import reserved

        reserved.use()
        own: dict[str, Any] = {"registry": CollectorRegistry()}
        self.requests = Counter(
            "pixazo_requests", "Requests answered.", ["route", "method", "status"], **own
        )
        self.seconds = Histogram(
            "pixazo_request_seconds", "Until an answer began.", ["route"], buckets=QUICK, **own
        )
        self.queries = Histogram(
            "pixazo_request_queries", "Statements of a request.", ["route"], buckets=FEW, **own
        )
        self.refusals = Counter("pixazo_refusals", "Refusals by their code.", ["code"], **own)
        self.csp_reports = Counter(
            "pixazo_csp_reports",
            "What pages tried though the policy for content forbids it.",
            ["directive", "blocked"],
            **own,
        )
        self.sign_ins = Counter("pixazo_sign_ins", "Attempts to sign in.", ["outcome"], **own)
        self.calls = Counter(
            "pixazo_calls", "Calls of services elsewhere.", ["service", "status"], **own
        )
        self.call_seconds = Histogram(
            "pixazo_call_seconds", "Until their answer was read.", ["service"], buckets=SLOW, **own
        )
        self.streams = Gauge(
            "pixazo_event_streams",
            "Pages that listen for events.",
            multiprocess_mode="livesum",
            **own,
        )
        self.dropped = Counter(
            "pixazo_events_dropped", "Pages that did not keep up and read all anew.", **own
        )


@cache
def counters() -> Counters:
    return Counters()


def in_passing(count: Callable[Words, None]) -> Callable[Words, None]:
    """Whatever keeps it from being counted, such as a full disk, is in nobody's way."""

    @wraps(count)
    def counted(*args: Words.args, **kwargs: Words.kwargs) -> None:
        try:
            count(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  also what the library makes of it later
            log.debug("Not counted: %r", error)

    return counted


@in_passing
def note_request(route: str, method: str, status: int, seconds: float, queries: int) -> None:
    """`route` is the address as it is declared, such as `w/<slug>/`."""
    named = route or "none"
    method = method if method in METHODS else "other"
    counters().requests.labels(named, method, str(status)).inc()
    counters().seconds.labels(named).observe(seconds)
    counters().queries.labels(named).observe(queries)


@in_passing
def note_refusal(code: str) -> None:
    counters().refusals.labels(code if CODE.fullmatch(code) else "other").inc()


@in_passing
def note_csp_report(directive: str, blocked: str) -> None:
    counters().csp_reports.labels(directive, blocked).inc()


@in_passing
def note_sign_in(outcome: str) -> None:
    counters().sign_ins.labels(outcome).inc()


@in_passing
def note_streams(more: int) -> None:
    counters().streams.inc(more)


@in_passing
def note_dropped() -> None:
    counters().dropped.inc()


@in_passing
def note_call(host: str, status: str, seconds: float) -> None:
    """Hosts that people wrote are one: they are many, and nobody's business."""
    service = host if host in known_hosts() else "elsewhere"
    counters().calls.labels(service, status).inc()
    counters().call_seconds.labels(service).observe(seconds)


def known_hosts() -> frozenset[str]:
    named = (each.partition(":")[0] for each in settings.TRUSTED_HOSTS)
    return frozenset({*VENDORS, *named})


VENDORS = (
    "api.openai.com",
    "api.pixazo.ai",
    "api.stripe.com",
    "api.telegram.org",
    "api.x.ai",
    "gateway.pixazo.ai",
    "generativelanguage.googleapis.com",
)


def forget_those_before() -> None:
    """Begin anew where no process lives that counted: the numbers of a site that was stopped say
    nothing, and its files would heap up."""
    folder = Path(settings.METRICS)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        file: int(found[1]) for file in folder.iterdir() if (found := FILE.fullmatch(file.name))
    }
    if any(lives(process) for process in files.values()):
        return
    for file in files:
        file.unlink(missing_ok=True)


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # as somebody else
    return True
