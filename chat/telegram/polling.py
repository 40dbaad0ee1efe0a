"""Asks Telegram what there is, again and again: for a site that nobody outside can call."""

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, close_old_connections

from chat.telegram import errors
from chat.telegram.calling import ask
from chat.telegram.incoming import KINDS, take_in

WAIT = 25  # seconds that Telegram holds a question until there is something
SPARE = 10.0  # seconds beyond it, for the way
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)  # after the first failure in a row, the second …
CONFLICT = (
    "Somebody else asks for this bot's messages: another `manage.py telegram`, or a site with the"
    " same token. Only one of them may."
)

log = logging.getLogger(__name__)


def poll(sleep: Callable[[float], None] = time.sleep, *, is_wanted: Callable[[], bool]) -> None:
    """Until it is wanted no more. Nothing that Telegram says ends it, nor a database that is away
    for a while."""
    offset: int | None = None
    failures = 0
    while is_wanted():
        close_old_connections()
        try:
            offset = _once(offset)
            failures = 0
        except errors.Trouble as error:
            failures += 1
            sleep(_pause(error, failures))
        except (DatabaseError, InterfaceError) as error:
            failures += 1
            log.warning("What Telegram told could not be kept: %s", error)
            sleep(_longer(failures))


def _once(offset: int | None) -> int | None:
    """Written down before it is confirmed: what was told is not lost, only told again."""
    found = ask(
        lambda bot: bot.get_updates(
            offset, timeout=WAIT, allowed_updates=KINDS, read_timeout=WAIT + SPARE
        ),
        WAIT + SPARE,
    )
    for update in found:
        take_in(update.to_dict())
    return found[-1].update_id + 1 if found else offset


def _pause(error: errors.Trouble, failures: int) -> float:
    pause = _longer(failures)
    match error:
        case errors.Wait():
            return max(error.seconds, pause)
        case errors.Conflict():
            log.error(CONFLICT)
            return PAUSES[-2]
        case errors.WrongToken():
            log.error("Telegram does not know PIXAZO_TELEGRAM_TOKEN: %s", error)
            return PAUSES[-1]
    log.warning("Telegram could not be asked: %s", error)
    return pause


def _longer(failures: int) -> float:
    return PAUSES[min(failures, len(PAUSES)) - 1]
