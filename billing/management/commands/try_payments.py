"""`python manage.py try_payments`: sample prices, brought to the stand-in for Stripe."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.models import price
from billing.stripe import catalogue
from billing.stripe.errors import Away

PATIENCE = 15.0  # seconds until the stand-in has started


class Command(BaseCommand):
    help = "Sample prices where there are none, and the catalogue of the stand-in for Stripe."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.STRIPE_STAND_IN:
            raise CommandError("Only where PIXAZO_STRIPE_STAND_IN gives the stand-in a port.")
        price.seed()
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                catalogue.sync()
            except Away as away:
                if time.monotonic() > deadline:
                    raise CommandError("The stand-in for Stripe does not answer.") from away
                time.sleep(0.3)
            else:
                break
        self.stdout.write(f"A stand-in takes Stripe's place at {settings.STRIPE_API_BASE}:")
        self.stdout.write("payments can be tried at /pricing/, and no money moves.")
