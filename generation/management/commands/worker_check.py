"""`manage.py worker_check`: whether the workers of this machine (or container) do their work; for
supervisors and health checks, by its exit code."""

import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError

from generation.clock import moment
from generation.models import ImageModel, Worker


class Command(BaseCommand):
    help = "Exits with 0 if a worker reported itself in time and has no trouble, else with 1."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        lanes = ImageModel.Lane.values
        parser.add_argument("--any", action="store_true", help="Of the whole site, on any machine.")
        parser.add_argument("--lane", choices=lanes, help="Only workers of this lane.")
        parser.add_argument(
            "--seconds", type=float, default=30.0, help="In which it must have reported itself."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Worker.objects.filter(seen__gt=moment(seconds=-options["seconds"]))
        rows = rows if options["any"] else rows.here()
        try:
            seen = list(rows.filter(lanes=options["lane"]) if options["lane"] else rows)
        except (DatabaseError, InterfaceError) as error:
            self._refuse(f"The database does not answer: {error}".strip())
        able = [worker for worker in seen if not worker.trouble]
        if not seen:
            self._refuse(f"No worker reported itself in the last {options['seconds']:g} s.")
        if not able:
            self._refuse(f"{seen[0].name}: {seen[0].trouble}")
        for worker in able:
            self.stdout.write(_told(worker))

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(1)


def _told(worker: Worker) -> str:
    doing = f"draws, step {worker.last_step or '-'}" if worker.busy else "waits for work"
    return f"{worker.name}: {doing}"
