"""`NEW_DATABASE_URL=postgres://... manage.py move_to_postgres`: from SQLite to PostgreSQL."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pixazo.backup.errors import NotPossible
from pixazo.moving import move


class Command(BaseCommand):
    help = (
        "Copy all rows of this site, which is stopped, from SQLite to the empty PostgreSQL database"
        " that NEW_DATABASE_URL names, compare both, and verify the new one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        # From the environment: a password among a command's words is there for everybody to read.
        try:
            count = move(os.environ.get("NEW_DATABASE_URL", ""), self.stdout.write)
        except NotPossible as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{count} rows are there, and all of them are the same. Set DATABASE_URL to the new"
            " database and start the site; the old file was only read."
        )
