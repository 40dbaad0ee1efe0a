"""`manage.py gpu_workers [--gpus 0,2] [--remote 8] [--dry-run]`: this machine's workers, one for
each GPU, until Ctrl-C. For hosts that draw and have no web process; `up` starts them itself."""

import shlex
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pixazo import programs
from pixazo.gpus import Gpu, NoSuchGpu, chosen, gpus
from pixazo.supervisor import Program, Supervisor

# What ending takes on top of the grace: the files of the last picture, and Celery itself.
MARGIN_SECONDS = 10.0
SHOWN = ("CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES", "PIXAZO_REMOTE_CALLS", "PIXAZO_WORKER")


class Command(BaseCommand):
    help = "Finds the GPUs and runs one worker for each; without a GPU, one worker on the CPU."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--gpus", default="", help="only these, such as 0,2")
        parser.add_argument(
            "--remote", type=int, default=0, metavar="N", help="also N calls to services at a time"
        )
        parser.add_argument("--dry-run", action="store_true", help="print what would be started")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = [number.strip() for number in options["gpus"].split(",") if number.strip()]
        found = gpus()
        try:
            used = chosen(found, numbers) if numbers else found
        except NoSuchGpu as error:
            raise CommandError(str(error)) from None
        started = workers(used, options["remote"])
        self.say(used, started)
        if not options["dry_run"]:
            Supervisor(started, stop_seconds=settings.GRACE_SECONDS + MARGIN_SECONDS).run()

    def say(self, used: list[Gpu], started: list[Program]) -> None:
        for gpu in used:
            self.stdout.write(str(gpu))
        if not used:
            self.stdout.write("No GPU: one worker, on what PIXAZO_DEVICE says.")
        for program in started:
            told = " ".join(f"{name}={program.env[name]}" for name in SHOWN if name in program.env)
            self.stdout.write(
                f"{program.name}: {told} {shlex.join(program.argv)}".replace("  ", " ")
            )
        self.stdout.flush()


def workers(used: list[Gpu], remote: int) -> list[Program]:
    started = programs.drawers(used, {})
    if remote:
        calls = {"PIXAZO_REMOTE_CALLS": str(remote)}
        started.append(programs.chores(calls, lanes="remote"))
    return started
