"""`manage.py export_workspace ann/my-workspace FILE`: a workspace as one archive
(docs/archive.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from pixazo.errors import UserError
from workspaces.archive.files import written
from workspaces.archive.writing import archive_of
from workspaces.models import Workspace


class Command(BaseCommand):
    help = "Write a workspace, with all that is in it, as one archive (.tar.gz)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "workspace", help="Its id, or its owner's name and its address: ann/my-workspace."
        )
        parser.add_argument("file", type=Path, help="Where the archive goes.")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = _named(options["workspace"])
        if workspace is None:
            raise CommandError(f"There is no workspace {options['workspace']}.")
        try:
            size = written(options["file"], archive_of(workspace))
        except UserError as error:
            raise CommandError(error.sentence) from None
        except OSError as error:
            raise CommandError(f"{options['file']} can't be written: {error.strerror}.") from None
        self.stdout.write(f"{options['file']}: {size} bytes.")


def _named(name: str) -> Workspace | None:
    owner, _, slug = name.rpartition("/")
    if owner:
        return Workspace.objects.filter(owner__username=owner, slug=slug).first()
    try:
        return Workspace.objects.filter(pk=UUID(name)).first()
    except ValueError:
        return None
