"""`manage.py restore FOLDER`: a site comes back from its backup, into an empty place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from pixazo import landmarks
from pixazo.backup.errors import NotPossible, in_words
from pixazo.backup.making import KEY_FILE
from pixazo.backup.restoring import restore
from pixazo.rotation import unreadable


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty storage, and verify it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Where backups lie.")
        parser.add_argument("--name", default="", help="Of the backup. Empty: the latest.")
        parser.add_argument(
            "--of", default="", help="The address of the site it was, where this one has another."
        )
        parser.add_argument(
            "--without-damaged",
            action="store_true",
            help="Leave out, and name, pictures and other stored files that are damaged there.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore(
                options["folder"].resolve(),
                settings.BACKUP_KEY,
                options["name"],
                options["of"],
                without_damaged=options["without_damaged"],
            )
        except (NotPossible, OSError) as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(f"Backup {restored.name} is back, with {restored.files} files.")
        for key in sorted(restored.lost):
            self.stderr.write(f"Damaged in the backup, and not there: {key}")
        for sentence in restored.said:
            self.stdout.write(sentence)
        for name in restored.left_out:
            if Path(name).name != KEY_FILE and name != "PIXAZO_SECRET_KEY":
                self.stdout.write(f"Was not in it, see that it is as before: {name}")
        lost = sum(unreadable().values())
        if restored.same_secret:
            self.stdout.write("This site has the secret of the one that was saved.")
        elif not lost:
            self.stderr.write(
                "This site has another secret than the one that was saved: everybody signs in anew,"
                " and addresses that were sent in letters count no more. To keep them, put the old"
                f" secret in its place ({settings.DATA / KEY_FILE} or PIXAZO_SECRET_KEY)."
            )
        if lost:
            self.stderr.write(
                f"{lost} encrypted values can't be read: this site's secret is another one."
                " Before anybody uses the site, give it back the old one"
                f" ({settings.DATA / KEY_FILE} or PIXAZO_SECRET_KEY, and PIXAZO_ENCRYPTION_KEYS"
                " where there were any); nothing needs to be restored again. Without it services'"
                " keys have to be typed in anew, and nobody signs in with a second factor."
            )
        call_command("verify", hashes=True, stdout=self.stdout, stderr=self.stderr)
        if restored.lost:  # `verify` looks for pictures, not for tickets' files and the like
            raise CommandError("Files that are damaged in the backup are not there, see above.")
        landmarks.reach(landmarks.DRILL)
