"""Shows in a message how something gets on, by changing it every few seconds, until it has ended.

Nothing of it can harm what it tells of: a picture is made whether Telegram can be reached or not.
"""

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver
from django.http import Http404
from django.utils import translation

from chat.models import TelegramWatch
from chat.telegram import errors, saying, shown, tasks
from chat.telegram.shown import Seen
from chat.telegram.working import AWAY_SECONDS, language_of
from generation.signals import job_ended

SECONDS = 3.0  # between two looks
BROKEN_SECONDS = 300.0  # before another one where something of ours broke

log = logging.getLogger(__name__)


@receiver(job_ended, dispatch_uid="chat.telegram")
def on_job_ended(batch_id: UUID, **kwargs: Any) -> None:
    """Sooner than the next look would see it."""
    if settings.TELEGRAM_TOKEN:
        for pk in TelegramWatch.objects.hurry(batch=batch_id):
            tasks.ring_to_look(pk)


def look(pk: UUID) -> None:
    """Once, if it is time to and nobody else does; rings for the next look."""
    watch = TelegramWatch.objects.claim(pk)
    if watch is None:
        return
    if watch.link.is_muted or not watch.link.user.is_active:  # they see it on the site, if at all
        watch.end()
        return
    try:
        with translation.override(language_of(None, watch.link)):
            seconds = _show(watch)
    except errors.Wait as error:
        _again(watch, error.seconds)
    except (errors.Away, errors.WrongToken) as error:
        log.warning("Nothing could be shown in Telegram: %s", error)
        _once_more(watch, AWAY_SECONDS)
    except errors.Blocked:
        watch.link.mute()
        watch.end()
    except errors.Trouble as error:
        log.warning("Telegram refused what a message should show: %s", error)
        watch.end()
    except Exception:
        # The database or the storage may be away: what was drawn is not forgotten for that.
        log.exception("%s broke.", watch)
        _once_more(watch, BROKEN_SECONDS)
    else:
        if seconds is None:
            watch.end()
        else:
            _again(watch, seconds)


def _show(watch: TelegramWatch) -> float | None:
    """In how many seconds there may be more to show; None: never."""
    seen = shown.of(watch)
    if seen is None:
        return None
    _write(watch, seen)
    if not _say_more(watch, seen):
        return None
    for image in seen.images:
        if str(image.pk) in watch.sent:
            continue
        try:
            shown.send(watch, image)
        except Http404:  # its file is gone
            log.warning("A picture for Telegram is missing: %s", image.pk)
        except errors.Refused as error:
            log.warning("Telegram takes a picture for no photo: %s", error)
            shown.hand(watch.link.telegram_id, image)
        if not watch.note(sent=[*watch.sent, str(image.pk)]):
            return None  # it took so long that another one looks
    if seen.has_ended:
        return None
    # Of many that wait each is looked at less often: a chat takes one message a second.
    return SECONDS * (TelegramWatch.objects.open_of(watch.link_id) if seen.is_waiting else 1)


def _say_more(watch: TelegramWatch, seen: Seen) -> bool:
    """False if it took so long that another one looks."""
    for number, part in enumerate(seen.more, 1):
        if f"part {number}" in watch.sent:
            continue
        saying.say(watch.link.telegram_id, part.text, marks=part.marks)
        if not watch.note(sent=[*watch.sent, f"part {number}"]):
            return False
    return True


def _write(watch: TelegramWatch, seen: Seen) -> None:
    chat, text = watch.link.telegram_id, seen.text
    if watch.message_id is None:
        number = saying.say(chat, text, seen.rows, seen.marks)
        watch.note(message_id=number, shown=text)
    elif text != watch.shown:
        try:
            saying.change(chat, watch.message_id, text, seen.rows, seen.marks)
        except errors.Refused:  # they have deleted it
            watch.note(message_id=saying.say(chat, text, seen.rows, seen.marks))
        watch.note(shown=text)


def _once_more(watch: TelegramWatch, seconds: float) -> None:
    if watch.is_in_vain:
        watch.end()
    else:
        _again(watch, seconds)


def _again(watch: TelegramWatch, seconds: float) -> None:
    watch.put_off(seconds)
    tasks.ring_to_look(watch.pk, seconds)
