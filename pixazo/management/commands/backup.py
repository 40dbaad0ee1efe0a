"""`manage.py backup FOLDER`: rows and files of the running site, into a folder of backups."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from pixazo.at_the_prompt import whole_number
from pixazo.backup.errors import NotPossible, in_words
from pixazo.backup.making import left_out, make


class Command(BaseCommand):
    help = "Back up the running site: its database, then every stored file, by a list with hashes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Where backups lie, on another disk.")
        parser.add_argument(
            "--keep", type=whole_number, default=0, help="How many backups stay there. 0: all."
        )
        parser.add_argument(
            "--of", default="", help="The address that the site had, where it has moved."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"].resolve()
        try:
            made = make(folder, settings.BACKUP_KEY, options["keep"], options["of"])
        except (NotPossible, OSError) as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(
            f"Backup {made.name}: the database and {made.files} files"
            f" ({filesizeformat(made.bytes)}), {made.fresh} of them new."
        )
        if made.forgotten:
            self.stdout.write(f"{made.forgotten} files of older backups were removed.")
        for name in left_out():
            self.stdout.write(f"Not in it, keep it elsewhere: {name}")
