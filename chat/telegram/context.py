"""Whether this site has a bot: pages name it only then."""

from django.conf import settings
from django.http import HttpRequest


def telegram(request: HttpRequest) -> dict[str, bool]:
    return {"has_telegram": bool(settings.TELEGRAM_TOKEN)}
