"""`manage.py seed`: what a new site begins with. Run at each start; what people changed stays."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import User
from accounts.solo import OWNER, local_owner
from billing.models import Account, Plan
from generation import catalogue
from generation.safety import first_words
from pixazo.checks import is_private
from workspaces import first_words as kept
from workspaces.models import Workspace

DEMO = "demo"
DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "demo-pixazo"  # noqa: S105  printed at each start of a desk
SAMPLE = "Sample workspace"


class Command(BaseCommand):
    help = "Make plans, models, a demo person and a sample workspace where they are missing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        Plan.objects.seed()
        first_words.seed()
        kept.seed()
        for complaint in catalogue.seed():
            self.stderr.write(self.style.WARNING(complaint))
        # Once there, the first person's things are theirs: what they deleted does not come back.
        if settings.SOLO and not _exists(OWNER):
            self._settle_in(local_owner())
        elif _is_desk() and not _exists(DEMO):
            # Everybody knows the password: only where nobody else can come in.
            self._settle_in(
                User.objects.welcome(
                    DEMO_EMAIL, DEMO, password=DEMO_PASSWORD, is_staff=True, is_superuser=True
                )
            )
        self.stdout.write("Plans and models are there.")

    def _settle_in(self, person: User) -> None:
        Account.objects.of(person)
        Workspace.found(person, SAMPLE)
        self.stdout.write(f"Made {person.username} with a workspace to begin in.")


def _is_desk() -> bool:
    return not settings.SOLO and not settings.DATABASE_URL and is_private()


def _exists(name: str) -> bool:
    return User.objects.filter(username=name).exists()
