"""`python manage.py telegram`: the bot's process at a desk, or once to set the webhook."""

import signal
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.telegram import errors
from chat.telegram.polling import PAUSES, poll
from chat.telegram.settling import settle


class Command(BaseCommand):
    help = (
        "Asks Telegram what people write to the bot, until Ctrl-C."
        " With PIXAZO_TELEGRAM_WEBHOOK: tells Telegram where to call, and ends."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TELEGRAM_TOKEN:
            raise CommandError("There is no bot: set PIXAZO_TELEGRAM_TOKEN (docs/telegram.md).")
        # A question to Telegram is held for half a minute, and stopping must not wait for it.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        self.settle()
        if not settings.TELEGRAM_WEBHOOK:
            poll(is_wanted=lambda: True)

    def settle(self) -> None:
        """A bot that polls goes on trying: its site is there, and Telegram will be."""
        while True:
            try:
                self.stdout.write(settle())
            except errors.Trouble as error:
                if settings.TELEGRAM_WEBHOOK or isinstance(error, errors.WrongToken):
                    raise CommandError(f"Telegram did not take it: {error}") from None
                self.stderr.write(f"Telegram can't be reached yet: {error}")
                time.sleep(PAUSES[-2])
            else:
                return
