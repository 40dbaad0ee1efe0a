"""A worker as it last reported itself: for /api/health, the queue's site line and staff."""

import os
import socket
from contextlib import suppress
from functools import cache
from hashlib import sha256

from django.db import models

from generation.clock import moment


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        return self.filter(seen__gt=moment(seconds=-20))

    def here(self) -> "WorkerQuerySet":
        """Of this machine, or of this container."""
        return self.filter(name__contains=f"@{_here()}:")


class Worker(models.Model):
    """Its name is `gpu0@host-3fa2c1:4711`: what it is called, where its process number counts, that
    number, and `/3` for the third of several loops in one process."""

    name = models.CharField(max_length=100, unique=True)
    lanes = models.CharField(max_length=100)
    device = models.CharField(max_length=100, blank=True)
    precision = models.CharField(max_length=10, blank=True)
    loaded_model = models.CharField(max_length=50, blank=True, help_text="Slug of the model.")
    loaded_models = models.JSONField(default=list, help_text="Slugs, latest used first.")
    memory_used = models.PositiveBigIntegerField(null=True, help_text="Bytes, of the device.")
    memory_total = models.PositiveBigIntegerField(null=True)
    resident = models.PositiveBigIntegerField(
        null=True, help_text="Bytes of the machine's memory that its process holds."
    )
    last_step = models.CharField(max_length=50, blank=True, help_text="Such as 7/20.")
    trouble = models.CharField(
        max_length=200, blank=True, help_text="Why it takes no jobs at present."
    )
    busy = models.BooleanField(default=False)
    seen = models.DateTimeField(db_index=True)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def draws(self) -> bool:
        """Here, on a device of its own; the others only ask services."""
        return "gpu" in self.lanes.split(",")

    @staticmethod
    def name_here(called: str, number: int | None = None) -> str:
        """The name of a loop in this process."""
        return f"{called}@{_here()}:{os.getpid()}{f'/{number}' if number else ''}"

    @staticmethod
    def place_of(name: str) -> str:
        """What a worker's name has in common with those of its predecessors."""
        return f"{name.rpartition(':')[0]}:"

    @staticmethod
    def is_gone(name: str) -> bool:
        """True if the worker's process was one of this machine and has ended."""
        place, _, process = name.rpartition(":")
        number = process.partition("/")[0]
        if not place.endswith(f"@{_here()}") or not number.isdigit():
            return False
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # it lives, as somebody else
        return False


@cache
def _here() -> str:
    """The host, and which of its process tables: containers may share a host's name."""
    table = ""
    with suppress(OSError), open("/proc/sys/kernel/random/boot_id") as boot:
        table = f"{boot.read()}{os.stat('/proc/self/ns/pid').st_ino}"
    host = socket.gethostname()
    return f"{host[:40]}-{sha256(f'{host}{table}'.encode()).hexdigest()[:6]}"
