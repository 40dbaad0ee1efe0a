"""`manage.py import_workspace FILE --owner EMAIL`: take an archive in; its id is printed last."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from pixazo.errors import UserError
from workspaces.archive.arriving import Policy
from workspaces.archive.files import chunks_of
from workspaces.archive.taking import plan, take
from workspaces.models import Workspace


class Command(BaseCommand):
    help = "Take an archive in as a new workspace, or into one that is there: all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="Whose it will be.")
        parser.add_argument("--into", type=UUID, metavar="ID", help="A workspace of theirs.")
        parser.add_argument(
            "--policy",
            choices=[each.value for each in Policy],
            default=Policy.SKIP.value,
            help="What becomes of what is there already, and otherwise.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say what would come.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["owner"]).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail address {options['owner']}.")
        place = None
        if options["into"]:
            place = Workspace.objects.living().filter(owner=person, pk=options["into"]).first()
            if place is None:
                raise CommandError(f"{options['owner']} owns no workspace {options['into']}.")
        path: Path = options["file"]
        try:
            self._take(path, place, person, options)
        except UserError as error:
            raise CommandError(error.sentence) from None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}.") from None

    def _take(self, path: Path, place: Any, person: Any, options: dict[str, Any]) -> None:
        source, size = partial(chunks_of, path), path.stat().st_size
        if options["dry_run"]:
            for line in plan(source, size, place, person).lines:
                self.stdout.write(
                    f"{line.title}: {line.new} new, {line.same} the same, {line.conflict} otherwise"
                )
            return
        workspace = take(source, size, place, person, Policy(options["policy"]))
        self.stdout.write(f"“{workspace.name}” is there.")
        self.stdout.write(str(workspace.pk))
