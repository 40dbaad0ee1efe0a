"""Works on what Telegram told, one after the other of each person; the one place where what goes
wrong becomes a sentence in their chat."""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import Preference
from chat.models import TelegramLink, TelegramUpdate
from chat.telegram import calling, errors, saying, strangers, tasks
from chat.telegram.commands import run
from chat.telegram.presses import press
from chat.telegram.reading import Told, read
from chat.telegram.said import Said, gone
from pixazo.api import refusal
from pixazo.errors import UserError
from pixazo.logs import context

AWAY_SECONDS = 20.0  # before another try where Telegram could not be reached
# The threads that work here have all other chores, too: who writes much lets those go first.
TURN_SECONDS = 5.0

log = logging.getLogger(__name__)


def work_for(sender: int) -> None:
    """All that is due of theirs, unless somebody else is at it: they see what comes meanwhile."""
    until = monotonic() + TURN_SECONDS
    while update := TelegramUpdate.objects.claim(sender):
        with context.saying(request=update.request_id):
            work_on(update)
        if monotonic() >= until:
            tasks.ring_for(sender)
            return


def work_on(update: TelegramUpdate) -> None:
    told = _read(update)
    if told is None:
        update.end()
        return
    link = TelegramLink.objects.of_account(told.sender)
    try:
        # As long as Telegram answers, it goes on: many pictures may take their time.
        with translation.override(language_of(told, link)), calling.heard(update.renew):
            _answer(told, link)
    except errors.Wait as error:
        _put_off(update, error.seconds)
    except (errors.Away, errors.WrongToken) as error:
        log.warning("Nothing could be said in Telegram: %s", error)
        _put_off(update, AWAY_SECONDS)
    except errors.Blocked:
        if link:
            link.mute()
        update.end()
    except errors.Trouble as error:
        log.warning("Telegram refused an answer: %s", error)
        update.end()
    else:
        update.end()


def language_of(told: Told | None, link: TelegramLink | None) -> str:
    """What they chose on the site; else what their Telegram is in, if it is spoken here."""
    chosen = Preference.objects.of(link.user)["language"] if link else None
    spoken = dict(settings.LANGUAGES)
    theirs = [chosen or "", told.language if told else "", (told.language if told else "")[:2]]
    return next((each for each in theirs if each in spoken), settings.LANGUAGE_CODE)


def _read(update: TelegramUpdate) -> Told | None:
    try:
        return read(update.payload)
    except Exception:  # it may be anything that this version of the library does not know
        log.exception("Update %s could not be read.", update.number)
        return None


def _answer(told: Told, link: TelegramLink | None) -> None:
    if told.blocks is not None:
        _note_block(told, link)
        return
    try:
        if not told.is_private:
            strangers.in_a_group(told)
        elif link is None or told.command == "start":
            strangers.meet(told, link)
        else:
            link.unmute()
            said = Said(told, link)
            press(said) if told.press else run(said)
    except errors.Trouble:
        raise
    except (UserError, ValidationError, Http404) as error:
        _refuse(told, _sentence(error))
    except Exception:
        log.exception("What somebody said in Telegram could not be done.")
        _refuse(told, _("Something broke on our side. Try again a little later."))


def _sentence(error: Any) -> str:
    if isinstance(error, Http404):
        return gone().sentence
    known = refusal(error) if isinstance(error, ValidationError) else error
    return str(known.sentence)


def _refuse(told: Told, sentence: str) -> None:
    if told.press:
        saying.hint(told.press)
    saying.say(told.chat, sentence)


def _note_block(told: Told, link: TelegramLink | None) -> None:
    if link and told.is_private:
        if told.blocks:
            link.mute()
        else:
            link.unmute()


def _put_off(update: TelegramUpdate, seconds: float) -> None:
    update.put_off(now() + timedelta(seconds=seconds))
    tasks.ring_for(update.sender, seconds)
