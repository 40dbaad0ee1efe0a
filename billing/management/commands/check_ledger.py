"""`manage.py check_ledger`: does every balance follow from its holds and its ledger?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.drift import drifts


class Command(BaseCommand):
    help = "Recompute all balances from holds and ledger; fails and lists what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(drifts())
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} differences between balances, holds and ledger.")
        self.stdout.write("Balances, holds and ledger agree.")
