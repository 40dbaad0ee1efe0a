"""`manage.py create_api_key EMAIL`: an API key on the last line, for scripts and first steps."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.models import ApiKey, User


class Command(BaseCommand):
    help = "Make an API key for a person and print it, alone, on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="The person's e-mail address.")
        parser.add_argument(
            "--create",
            action="store_true",
            help="Make the person where there is none: verified, no password, on the free plan.",
        )
        parser.add_argument("--name", default="Command line", help="What the key is for.")

    def handle(self, *args: Any, email: str, create: bool, name: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None and create:
            user = self._make_person(email)
        if user is None:
            raise CommandError(f"Nobody has the e-mail address {email}. Add --create to make them.")
        if not user.is_active:
            raise CommandError(f"The account of {email} is switched off: its keys don't work.")
        _, key = ApiKey.issue(user, name[:100])
        self.stdout.write(f"A key for {user.username}. It is not shown again:")
        self.stdout.write(key)

    def _make_person(self, email: str) -> User:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} isn't an e-mail address.") from None
        user = User.objects.welcome(email)
        self.stdout.write(f"Made {user.username} ({user.email}).")
        return user
