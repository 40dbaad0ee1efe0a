"""Tells Telegram how it reaches us, and what the bot knows: once at each start."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from chat.telegram.calling import ask, secret
from chat.telegram.commands.about import LIST
from chat.telegram.incoming import KINDS

AT_ONCE = 20  # calls of the webhook


def settle() -> str:
    """What was settled, in a sentence. Raises `errors.Trouble`."""
    for code, _name in settings.LANGUAGES:
        _tell_commands(code)
    if settings.TELEGRAM_WEBHOOK:
        address = settings.SITE_URL + reverse("telegram_webhook")
        ask(
            lambda bot: bot.set_webhook(
                address, secret_token=secret(), allowed_updates=KINDS, max_connections=AT_ONCE
            )
        )
        return f"Telegram calls {address} from now on."
    ask(lambda bot: bot.delete_webhook())
    return "Telegram is asked from here; no webhook is set."


def _tell_commands(code: str) -> None:
    """In each language; the site's own for all others."""
    with translation.override(code):
        known = [(name, str(about)) for name, about in LIST]
    language = None if code == settings.LANGUAGE_CODE else code
    ask(lambda bot: bot.set_my_commands(known, language_code=language))
