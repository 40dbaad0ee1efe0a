"""`manage.py reconcile_stripe`: the nightly look at Stripe, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.stripe.errors import BillingOff
from billing.stripe.reconciling import reconcile


class Command(BaseCommand):
    help = "Fetches events that never came, mends what differs from Stripe, and lists it."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = reconcile()
        except BillingOff as error:
            raise CommandError(error.sentence) from error
        for sentence in report.found:
            self.stdout.write(sentence)
        if report.error:
            raise CommandError(f"It was not finished: {report.error}")
        self.stdout.write(f"{report.missed} events had been missed.")
        self.stdout.write(f"{len(report.found)} differences were found and mended, or named.")
