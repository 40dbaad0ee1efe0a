"""Counts the figures of staff's start page anew, from the jobs that are there."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from generation.figures.rolling import roll_up
from pixazo.at_the_prompt import whole_number


class Command(BaseCommand):
    help = "Counts what was drawn in the last days anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=whole_number, default=1, help="How many days back. Default: 1."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counted = roll_up(now() - timedelta(days=options["days"]))
        self.stdout.write(f"{counted} hours counted.")
