"""`manage.py drill FOLDER`: would the backup come back? Tried beside the running site."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pixazo.backup.drilling import drill
from pixazo.backup.errors import NotPossible, in_words


class Command(BaseCommand):
    help = (
        "Restore the latest backup into a place that is thrown away after, and verify it there."
        " The running site is not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Where backups lie.")
        parser.add_argument("--name", default="", help="Of the backup. Empty: the latest.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"].resolve()
        database = os.environ.get("NEW_DATABASE_URL", "")  # not a word that everybody reads in `ps`
        try:
            name = drill(folder, settings.BACKUP_KEY, options["name"], database)
        except (NotPossible, OSError) as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(f"Backup {name} came back whole. Nothing of the trial was kept.")
