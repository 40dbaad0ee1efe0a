"""The channel "telegram" of what people are told: one more switch for each kind (W27)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Delivery, Notice
from accounts.telling.channels import Channel, Later, Needless, Never, register
from accounts.telling.kinds import BY_NAME
from accounts.telling.reaching import wants
from chat.models import TelegramLink, TelegramWatch
from chat.telegram import errors, links, saying
from chat.telegram.working import language_of
from pixazo.texts.kept import shown

PAUSES = (60, 5 * 60, 30 * 60, 2 * 3600)
# What the chat that asked for it shows already.
OF_REQUESTS = ("drawn", "long", "failed")


def send(row: Delivery) -> str:
    link = TelegramLink.objects.of(row.user) if row.user and row.user.is_active else None
    if link is None or link.is_muted:
        raise Needless("They are not to be reached in Telegram.")
    if row.notice and not Notice.objects.filter(pk=row.notice, seen=None).exists():
        raise Needless("They have seen it.")
    if row.kind in BY_NAME and not wants(row.user, "telegram", row.kind):
        raise Needless("They want no more of it.")
    if row.kind in OF_REQUESTS and _is_shown(row, link):
        raise Needless("The chat that asked for it shows it.")
    try:
        _say(row, link)
    except errors.Wait as error:
        raise Later("Telegram asks to wait.", is_away=error.seconds > PAUSES[0]) from error
    except errors.Blocked as error:
        link.mute()
        raise Needless("They block the bot.") from error
    except (errors.Away, errors.WrongToken) as error:
        raise Later("Telegram can't be reached.", is_away=True) from error
    except errors.Trouble as error:
        raise Never("Telegram refused it.") from error
    return "Said in Telegram."


def _say(row: Delivery, link: TelegramLink) -> None:
    with translation.override(language_of(None, link)):
        address = settings.SITE_URL + row.payload.get("link", "")
        choices = settings.SITE_URL + reverse("notifications")
        text = shown(row.payload.get("text", ""))
        if not links.has_address():
            text = f"{text}\n{address}"
        rows = [
            *links.open_rows(address),
            *links.rows_to(_("Choose what I am told"), choices),
        ]
        saying.say(link.telegram_id, text, rows)


def _is_shown(row: Delivery, link: TelegramLink) -> bool:
    """A request's own key, or its notice's subject, is its batch."""
    notice = Notice.objects.filter(pk=row.notice).first() if row.notice else None
    batch = notice.subject if notice else UUID(row.key.rpartition(":")[2])
    return TelegramWatch.objects.filter(link=link, batch=batch).exists()


def is_linked(user: Any) -> bool:
    return TelegramLink.objects.filter(user=user).exists()


def register_channel() -> None:
    register(Channel("telegram", send, PAUSES, is_for=is_linked))
