"""Whether this process can serve people: each part it stands on is looked at, and in time.

What fails keeps people away (503); what is only degraded does not: without Redis or workers the
site takes what is asked for, and it waits.
"""

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.utils.timezone import now

from generation import lanes, parts
from generation.models import Worker
from pixazo import landmarks
from pixazo.draining import drain

READY, DEGRADED, UNREADY = "ok", "degraded", "unready"
ORDER = (READY, DEGRADED, UNREADY)
DATABASE_SECONDS = 1.0  # in which the database must answer
LEAST_FREE = 0.05  # of a disk
MOST_SKEW = 5.0  # seconds between this machine's clock and the database's
LONG_WAIT = 300.0  # seconds of the oldest picture that waits
SEEN_SECONDS = 30.0  # in which a worker must have reported itself
OLDEST_BACKUP = 26 * 3600.0  # seconds


@dataclass(frozen=True)
class Check:
    name: str
    state: str
    facts: dict[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        return {"status": self.state, **self.facts}


@dataclass(frozen=True)
class Readiness:
    checks: list[Check]

    @property
    def state(self) -> str:
        return max((check.state for check in self.checks), key=ORDER.index)


def look() -> Readiness:
    if drain.is_begun:
        # Nothing else matters any more, and the answer must not wait.
        return Readiness([Check("draining", UNREADY)])
    limits = {"readiness": DATABASE_SECONDS}
    facts = parts.ask(("storage", "broker"), {"readiness": rows}, limits)
    told = facts["readiness"]
    return Readiness(
        [
            _plain("database", told, UNREADY),
            *(_of_rows(told) if told["ok"] else ()),
            _plain("storage", facts["storage"], UNREADY),
            _plain("broker", facts["broker"], DEGRADED),
            *(_disk(name, folder) for name, folder in _folders().items()),
        ]
    )


def rows() -> parts.Facts:
    """All that the database says, in one go: its clock, its schema, who works, what waits."""
    migrations: Any = MigrationRecorder.Migration
    applied = list(migrations.objects.annotate(now=Now()).values_list("app", "name", "now"))
    clock: datetime = applied[0][2]
    drawing = parts.drawing()
    since = clock - timedelta(seconds=SEEN_SECONDS)
    seen = Worker.objects.filter(seen__gt=since).values_list("lanes", "trouble")
    return {
        "applied": {(app, name) for app, name, _ in applied},
        "skew": (now() - clock).total_seconds(),
        "crew": lanes.crew(seen, drawing["lanes"]),
        "waiting": drawing["waiting"],
        "oldest": (clock - drawing["oldest"]).total_seconds() if drawing["oldest"] else 0.0,
        "backup": landmarks.reached().get(landmarks.BACKUP),
    }


@cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    """Of each app, as this code knows it. A database that is further is fine: code of the release
    before runs beside this one during an upgrade."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def _of_rows(told: parts.Facts) -> list[Check]:
    backup: landmarks.Reached | None = told["backup"]
    crew: lanes.Crew = told["crew"]
    missing = sorted(f"{app}.{name}" for app, name in _last_migrations() - told["applied"])
    checks = [
        Check("migrations", UNREADY if missing else READY, {"missing": missing}),
        Check(
            "clock",
            READY if abs(told["skew"]) < MOST_SKEW else UNREADY,
            {"skew_seconds": round(told["skew"], 3)},
        ),
        Check(
            "queue",
            DEGRADED if told["oldest"] > LONG_WAIT else READY,
            {"waiting": told["waiting"], "oldest_seconds": round(max(0.0, told["oldest"]))},
        ),
        Check(
            "workers",
            DEGRADED if crew.unserved else READY,
            {
                "seen": crew.alive,
                "able": crew.able,
                "callers": crew.callers,
                "unserved": crew.unserved,
            },
        ),
    ]
    # Where none was ever made nobody counts on it: a desk, or a database that is kept elsewhere.
    if backup:
        is_old = backup.age > OLDEST_BACKUP
        age = {"age_hours": round(backup.age / 3600, 1)}
        checks.append(Check("backup", DEGRADED if is_old else READY, age))
    return checks


def skew() -> float:
    """Seconds that this machine's clock is ahead of the database's."""
    migrations: Any = MigrationRecorder.Migration
    clocks = migrations.objects.annotate(now=Now()).values_list("now", flat=True)
    return float(sum((now() - clock).total_seconds() for clock in clocks[:1]))


def disks() -> dict[tuple[str, ...], float]:
    """What part of each is free."""
    found = {name: _disk(name, folder) for name, folder in _folders().items()}
    return {
        (name.removeprefix("disk_"),): check.facts["free_percent"] / 100
        for name, check in found.items()
        if "free_percent" in check.facts
    }


def _plain(name: str, facts: parts.Facts, otherwise: str) -> Check:
    if facts["ok"]:
        return Check(name, READY)
    return Check(name, otherwise, {"message": facts["message"]})


def _folders() -> dict[str, Path]:
    media = {} if settings.S3_BUCKET else {"disk_media": settings.MEDIA_ROOT}
    return {"disk_data": settings.DATA, **media}


def _disk(name: str, folder: Path) -> Check:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return Check(name, UNREADY, {"message": "The folder can't be looked at."})
    free = usage.free / usage.total if usage.total else 0.0
    state = READY if free > LEAST_FREE else UNREADY
    return Check(name, state, {"free_percent": round(free * 100, 1)})
