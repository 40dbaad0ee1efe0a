"""How much one person may say to the chat: it costs no units, but the site pays for it."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.day import reset_in, seconds_left, today
from billing.models import Account
from chat.models import ChatDay
from pixazo.errors import UserError
from pixazo.rationing import takes_place

MINUTE = 60


class TooManyMessages(UserError):
    code = "chat_limit"
    status = 429


def take(person: Any) -> None:
    """Count one more message. Raises `TooManyMessages` where that is too many: in a minute for
    everybody, in a day by the plan. Alone on a site, nobody is limited."""
    if settings.SOLO:
        return
    if not takes_place(f"chat:{person.pk}", settings.CHAT_MESSAGES_A_MINUTE, MINUTE):
        raise TooManyMessages(
            _("That was a lot at once. Ask again in a minute."), retry_after=MINUTE
        )
    most = Account.objects.of(person).chat_messages
    if not ChatDay.objects.take(person, today(), most):
        sentence = ngettext(
            "Your plan has %(n)s message to the chat a day, and you have sent it. There are more"
            " %(when)s.",
            "Your plan has %(n)s messages to the chat a day, and you have sent them. There are"
            " more %(when)s.",
            most or 0,
        )
        sentence %= {"n": most, "when": reset_in()}
        raise TooManyMessages(sentence, code="chat_limit_day", retry_after=seconds_left())
