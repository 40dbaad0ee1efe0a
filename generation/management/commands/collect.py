"""`manage.py collect`: what the collector does by itself every hour, now; or only what it would."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.template.defaultfilters import filesizeformat

from generation import clearing, collector
from generation.models.clearance import KINDS, Removed


class Command(BaseCommand):
    help = "Removes old trash, unused uploads and files that no picture has, and says what."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would go, and remove nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            removed, lost = clearing.expected()
            self._table(
                [(KINDS[kind], each) for kind, each in removed.items() if each != Removed()]
            )
            for key in lost:
                self.stdout.write(key)
            return
        clearance = collector.collect()
        self._table(clearance.lines if clearance else [])

    def _table(self, lines: list[tuple[str, Removed]]) -> None:
        if not lines:
            self.stdout.write("Nothing to remove.")
        for words, each in lines:
            size = filesizeformat(each.bytes).replace("\xa0", " ")
            self.stdout.write(f"{words}: {each.rows} rows, {each.files} files, {size}")
