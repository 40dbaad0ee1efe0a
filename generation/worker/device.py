"""What a worker does about a device that fails: it ends its process, because a lost device comes
back only to a new one, and its successors wait longer each time before they try it again (F44)."""

import logging
import os
import time

from django.db import models
from django.db.models.functions import Now

from generation.clock import moment
from generation.models import Worker
from generation.providers.errors import DeviceLost
from pixazo import landmarks

log = logging.getLogger(__name__)

MOST_LOSSES = 2  # in a row, in one process
SHORTEST_REST, LONGEST_REST = 15.0, 600.0  # seconds
REMEMBERED = 3600.0  # seconds that a predecessor's end counts
EXIT_CODE = 71


class Device:
    """The device of the worker of that name, as its calls have fared."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.losses = 0
        self.rest_until: float | None = None  # not asked yet
        self.has_failed_before = False

    @property
    def trouble(self) -> str:
        if self.is_lost:
            return "Its device was lost; its process ends."
        if not self.rest_until or time.monotonic() >= self.rest_until:
            return ""
        return "Its device was lost; it waits before it tries again."

    def is_fit(self) -> bool:
        """False while the worker waits for its device to recover."""
        if self.rest_until is None:
            ends = self.ends().count()
            self.has_failed_before = ends > 0
            rest = min(SHORTEST_REST * 2 ** (ends - 1), LONGEST_REST) if ends else 0.0
            self.rest_until = time.monotonic() + rest
        return time.monotonic() >= self.rest_until

    def works(self) -> None:
        self.losses = 0
        if self.has_failed_before:
            self.has_failed_before = False
            self.ends().delete()

    @property
    def is_lost(self) -> bool:
        """After more than a first loss, which may have been a mishap."""
        return self.losses >= MOST_LOSSES

    def fails(self, error: DeviceLost) -> None:
        """The jobs wait again already."""
        self.losses += 1
        log.error("The device of %s was lost: %s", self.worker, error.details or error.sentence)

    def end_process(self) -> None:
        changes = {"trouble": self.trouble, "busy": False, "seen": Now()}
        Worker.objects.update_or_create(name=self.worker, defaults=changes)
        log.critical("The process of %s ends: its device does not come back.", self.worker)
        landmarks.reach(landmarks.DEVICE_LOST)
        os._exit(EXIT_CODE)

    def ends(self) -> models.QuerySet[Worker]:
        """Of this worker's predecessors, those that lost their device lately."""
        rows = Worker.objects.exclude(name=self.worker).exclude(trouble="")
        return rows.filter(
            name__startswith=Worker.place_of(self.worker), seen__gt=moment(seconds=-REMEMBERED)
        )
