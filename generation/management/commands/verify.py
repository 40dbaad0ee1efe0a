"""`manage.py verify [--idle] [--hashes]`: exit code 1 and a line for everything that is wrong."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.invariants import checks


class Command(BaseCommand):
    help = (
        "Check what must hold at any time: jobs, units, files, payments. The site may be running."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--idle", action="store_true", help="No job may be unfinished either.")
        parser.add_argument(
            "--hashes", action="store_true", help="Read and decode every stored picture."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for check in checks(idle=options["idle"], hashes=options["hashes"]):
            said = f"see {check.elsewhere}" if check.elsewhere else "holds"
            if check.found:
                said = f"{len(check.found)} wrong"
            self.stdout.write(f"{check.number:2}  {check.name:<25} {said}")
            for sentence in check.found:
                self.stderr.write(f"    {sentence}")
            wrong += len(check.found)
        if wrong:
            raise CommandError("1 thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
        self.stdout.write("All that can be seen from here holds.")
