"""`manage.py sync_stripe_catalogue`: products and prices at Stripe, as they are sold here."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.models.price import seed
from billing.stripe import is_on
from billing.stripe.catalogue import sync
from billing.stripe.errors import BillingOff, Missing, Refused
from pixazo.errors import UserError


class Command(BaseCommand):
    help = "Makes or changes Stripe's products and prices so that they are as here. Run it again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_on():
            raise CommandError(BillingOff().sentence)
        if not settings.STRIPE_LIVE and seed():
            self.stdout.write("Made sample prices: look at them in the admin.")
        try:
            done = sync()
        except Refused as error:
            raise CommandError(f"Stripe refused: {error.why}") from error
        except Missing as error:
            raise CommandError(f"Stripe has no {error.param}.") from error
        except UserError as error:
            raise CommandError(error.sentence) from error
        for sentence in done:
            self.stdout.write(sentence)
        self.stdout.write("Stripe's catalogue is as it should be.")
