"""`manage.py restore FOLDER`: a site comes back from its backup, into an empty place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from pixazo.backup.errors import NotPossible
from pixazo.backup.restoring import restore


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty storage, and verify it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Where backups lie.")
        parser.add_argument("--name", default="", help="Of the backup. Empty: the latest.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore(options["folder"].resolve(), settings.BACKUP_KEY, options["name"])
        except (NotPossible, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Backup {restored.name} is back, with {restored.files} files.")
        for sentence in restored.said:
            self.stdout.write(sentence)
        for name in restored.left_out:
            self.stdout.write(f"Was not in it, see that it is as before: {name}")
        call_command("verify", hashes=True, stdout=self.stdout, stderr=self.stderr)
