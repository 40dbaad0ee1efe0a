"""How much one person may say to the chat: it costs no units, but the site pays for it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _

from chat.models import Message
from pixazo.errors import UserError

MINUTE = 60


class TooManyMessages(UserError):
    code = "chat_limit"
    status = 429


def check(person: Any) -> None:
    """Raises `TooManyMessages` where another one would be too many. Alone on a site, nobody is
    limited."""
    if settings.SOLO:
        return
    since = now() - timedelta(seconds=MINUTE)
    sent = Message.objects.filter(author=person, role=Message.Role.USER)
    times = list(sent.filter(created__gt=since).order_by("created").values_list("created"))
    if len(times) >= settings.CHAT_MESSAGES_A_MINUTE:
        (oldest,) = times[-settings.CHAT_MESSAGES_A_MINUTE] if times else (now(),)
        left = max(1, round((oldest - since).total_seconds()))
        raise TooManyMessages(
            _("That was a lot at once. Ask again in a minute."), retry_after=min(left, MINUTE)
        )
