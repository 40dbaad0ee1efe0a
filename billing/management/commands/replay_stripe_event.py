"""`manage.py replay_stripe_event evt_...`: the work of an event is done once more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.models import StripeEvent
from billing.stripe.client import stripe_api
from billing.stripe.errors import Missing
from billing.stripe.events import work_on
from billing.stripe.incoming import keep_once
from pixazo.errors import UserError


class Command(BaseCommand):
    help = "Does the work of an event once more, also of one that never came here."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("id", nargs="+", help="Stripe's ids of events, evt_...")

    def handle(self, *args: Any, **options: Any) -> None:
        for pk in options["id"]:
            event = StripeEvent.objects.filter(pk=pk).first() or self._fetched(pk)
            event.replay()
            work_on(pk)
            event.refresh_from_db()
            self.stdout.write(f"{event}: {event.get_state_display()}. {event.result}")

    def _fetched(self, pk: str) -> StripeEvent:
        try:
            with stripe_api() as v1:
                there = v1.events.retrieve(pk)
        except Missing:
            raise CommandError(f"Stripe has no event {pk}: it keeps them for 30 days.") from None
        except UserError as error:
            raise CommandError(error.sentence) from error
        row = keep_once(there, was_missed=True)
        assert row is not None, "it was not here a moment ago"
        return row
