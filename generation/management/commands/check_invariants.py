"""`manage.py check_invariants [--idle]`: exit code 1 and a line for everything that is wrong."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.invariants import violations


class Command(BaseCommand):
    help = "Check that no job is lost, no unit charged twice and no file missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--idle", action="store_true", help="No job may be unfinished either.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = violations(idle=options["idle"])
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(
                "1 thing is wrong." if len(found) == 1 else f"{len(found)} things are wrong."
            )
        self.stdout.write("All invariants hold.")
