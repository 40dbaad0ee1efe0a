"""`manage.py worker_check`: whether the workers of this machine (or container) do their work; for
supervisors and health checks, by its exit code."""

import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError

from generation import lanes
from generation.clock import moment
from generation.models import ImageModel, Worker


class Command(BaseCommand):
    help = (
        "Exits with 0 if of each lane that is needed a worker reported itself in time and has no"
        " trouble, else with 1."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--any", action="store_true", help="Of the whole site, on any machine.")
        parser.add_argument(
            "--lane",
            choices=ImageModel.Lane.values,
            help="Of this lane alone. Else of each that models in use or pictures that wait need.",
        )
        parser.add_argument(
            "--seconds", type=float, default=30.0, help="In which it must have reported itself."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Worker.objects.filter(seen__gt=moment(seconds=-options["seconds"]))
        rows = rows if options["any"] else rows.here()
        try:
            seen = list(rows.order_by("name"))
            wanted = {options["lane"]} if options["lane"] else lanes.needed()
        except (DatabaseError, InterfaceError) as error:
            self._refuse(f"The database does not answer: {error}".strip())
        asked = [worker for worker in seen if wanted & set(worker.lanes.split(","))]
        missing = lanes.crew(((each.lanes, each.trouble) for each in seen), wanted).unserved
        for lane in missing:
            theirs = [worker for worker in asked if lane in worker.lanes.split(",")]
            for worker in theirs:
                self.stderr.write(f"{worker.name}: {worker.trouble}")
            if not theirs:
                within = f"{options['seconds']:g} s"
                self.stderr.write(f"No worker of lane {lane} reported itself in the last {within}.")
        if missing:
            sys.exit(1)
        for worker in asked:
            self.stdout.write(_told(worker))

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)


def _told(worker: Worker) -> str:
    if worker.trouble:
        return f"{worker.name}: {worker.trouble}"
    if not worker.draws:
        return f"{worker.name}: {'asks a service' if worker.busy else 'waits for something to ask'}"
    doing = f"draws, step {worker.last_step or '-'}" if worker.busy else "waits for work"
    return f"{worker.name}: {doing}"
