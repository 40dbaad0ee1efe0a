"""`manage.py sync_models openai`: makes rows of the models that a service says it has."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generation.models import Service
from generation.offers import sync
from generation.providers.errors import ProviderError


class Command(BaseCommand):
    help = "Read which models a service has. New ones are off until staff switch them on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("service", help="Its slug, such as openai or pixazo.")

    def handle(self, *args: Any, service: str, **options: Any) -> None:
        row = Service.objects.filter(slug=service).first()
        if row is None:
            there = ", ".join(Service.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no service {service}. There are: {there}.")
        try:
            self.stdout.write(f"{row}: {sync(row)}")
        except ProviderError as error:
            raise CommandError(f"{error.sentence} {error.details}".strip()) from None
