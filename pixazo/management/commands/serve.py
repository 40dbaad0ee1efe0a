"""`manage.py serve web`: becomes one process of the site, for containers and services that watch
over each by themselves. `up` runs all of them, `gpu_workers` what draws."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from pixazo import programs
from pixazo.supervisor import Program

# Whoever supervises it waits longer: stop_grace_period, TimeoutStopSec.
WEB_SECONDS = 30


def web() -> Program:
    return programs.web(WEB_SECONDS)


PROGRAMS = {
    "web": web,
    "events": web,  # one that nginx sends the streams of open pages to, and nothing else
    "chores": lambda: programs.chores({}),
    "beat": programs.beat,
    "telegram": programs.telegram,
}


class Command(BaseCommand):
    help = "Runs one process of the site, in the place of this one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("program", choices=PROGRAMS)

    def handle(self, *args: Any, **options: Any) -> None:
        program = PROGRAMS[options["program"]]()
        os.chdir(settings.BASE_DIR)  # where Celery and uvicorn look for `pixazo`
        os.execvpe(program.argv[0], list(program.argv), {**os.environ, **program.env})  # noqa: S606
