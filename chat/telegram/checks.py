"""What must hold before the bot can work, with a hint that says what to do."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")


@register()
def bot_can_be_reached(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if not settings.TELEGRAM_TOKEN:
        return problems
    if not TOKEN.fullmatch(settings.TELEGRAM_TOKEN):
        problems.append(
            Error(
                "PIXAZO_TELEGRAM_TOKEN is not what a bot's token looks like.",
                hint="Copy it from @BotFather: digits, a colon, and some 35 characters.",
                id="pixazo.E030",
            )
        )
    if urlsplit(settings.TELEGRAM_API).scheme not in {"http", "https"}:
        problems.append(
            Error(
                "PIXAZO_TELEGRAM_API is no address.",
                hint="It begins with https://, or is left out.",
                id="pixazo.E031",
            )
        )
    if settings.TELEGRAM_WEBHOOK and not settings.SITE_URL.startswith("https://"):
        problems.append(
            Error(
                "Telegram calls https addresses only, and PIXAZO_URL is none.",
                hint="Set PIXAZO_URL, or leave PIXAZO_TELEGRAM_WEBHOOK off.",
                id="pixazo.E032",
            )
        )
    return problems
