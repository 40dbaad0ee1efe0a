"""`manage.py import_models`: make the models that `MODEL_*` variables name, where missing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from generation.catalogue import environment


class Command(BaseCommand):
    help = "Import the models named by MODEL_* variables; those that are there stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        if complaints := environment.import_models(settings.MODEL_LINES):
            raise CommandError("\n".join(complaints))
        self.stdout.write(f"{len(settings.MODEL_LINES)} line(s): their models are there.")
