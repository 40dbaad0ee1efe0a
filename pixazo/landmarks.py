"""What happens seldom and is worth knowing of on every host: a backup, a worker that was ended.

A row each, with the database's clock, so that it is known where it did not happen. What happens
often is counted in files of each host instead (pixazo/watching/counters.py, decision 14).
"""

import logging
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import F
from django.db.models.functions import Now

from pixazo.models import Landmark

log = logging.getLogger(__name__)

BACKUP, DRILL = "backup", "drill"  # that succeeded
DEAF, HUNG, DEVICE_LOST = "worker_deaf", "worker_hung", "worker_device_lost"  # and was ended
FENCED = "fence_refused"  # a worker came back with a picture of a job that was no longer its own
LOST = "lease_lost"
NAMES = (BACKUP, DRILL, DEAF, HUNG, DEVICE_LOST, FENCED, LOST)


@dataclass(frozen=True)
class Reached:
    count: int
    age: float  # seconds since the last time


def reach(name: str) -> None:
    """It has just happened. Never raises: what happened is more than that it is counted."""
    assert name in NAMES, name
    try:
        with transaction.atomic():
            if _counted(name):
                return
            # Of two first times at once, the second finds the row of the other.
            row = Landmark(name=name, count=0, at=Now())
            Landmark.objects.bulk_create([row], ignore_conflicts=True)
            _counted(name)
    except (DatabaseError, InterfaceError) as error:
        log.warning("That %s happened could not be counted: %s", name, error)


def reached() -> dict[str, Reached]:
    """All that ever was, by name: the age by the database's clock alone."""
    rows = Landmark.objects.annotate(now=Now())
    return {
        row.name: Reached(row.count, max(0.0, (row.now - row.at).total_seconds())) for row in rows
    }


def _counted(name: str) -> bool:
    rows = Landmark.objects.filter(name=name)
    return bool(rows.update(count=F("count") + 1, at=Now()))
