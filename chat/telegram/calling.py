"""The only place that speaks with Telegram: its library's words, through our own gate outside.

python-telegram-bot knows the dialect; its requests go through `pixazo.outgoing`, like all others
(docs/decisions/0012). It is imported at the first call: nobody pays for it who has no bot.
"""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from chat.telegram import errors

if TYPE_CHECKING:
    from telegram import Bot

T = TypeVar("T")

SECONDS = 30.0  # for one call, with the files that it sends
DAY = 24 * 3600
NOT_MODIFIED = "not modified"
# Who waited in vain spares the others: the threads that wait here have other work as well.
SPARED_SECONDS = 20.0


@dataclass
class Silence:
    """Until when this process takes Telegram for away."""

    until: float = 0.0


silence = Silence()


_heard: ContextVar[Callable[[], object] | None] = ContextVar("heard", default=None)


@contextmanager
def heard(tell: Callable[[], object]) -> Iterator[None]:
    """`tell` is called after each answer of Telegram's, until this ends."""
    token = _heard.set(tell)
    try:
        yield
    finally:
        _heard.reset(token)


def ask(what: "Callable[[Bot], Awaitable[T]]", seconds: float = SECONDS) -> T:
    """What Telegram answers. Raises `errors.Trouble`."""
    if monotonic() < silence.until:
        raise errors.Away("Telegram did not answer a moment ago.")
    from telegram import Bot, error

    from chat.telegram.gate import Gate

    # Its own lines name the address that it asks, and thereby the token.
    logging.getLogger("telegram").setLevel(logging.WARNING)

    async def call() -> T:
        bot = Bot(
            settings.TELEGRAM_TOKEN,
            base_url=f"{settings.TELEGRAM_API}/bot",
            base_file_url=f"{settings.TELEGRAM_API}/file/bot",
            request=Gate(seconds),
            get_updates_request=Gate(seconds),
        )
        return await what(bot)

    try:
        answer = asyncio.run(call())
        if told := _heard.get():
            told()
        return answer
    except error.TelegramError as said:
        if isinstance(said, error.TimedOut):
            silence.until = monotonic() + SPARED_SECONDS
        # Without what it was raised from, which may have seen the address.
        raise _meant(said) from None


def secret() -> str:
    """What Telegram sends along with each call of the webhook. It ends with the token."""
    return salted_hmac(
        "chat.telegram.webhook", settings.TELEGRAM_TOKEN, algorithm="sha256"
    ).hexdigest()


def bot_name() -> str:
    """As whom the bot is found; empty while Telegram can't be asked."""
    key = "telegram-name:" + secret()[:16]
    name: str = cache.get(key, "")
    if not name:
        try:
            name = ask(lambda bot: bot.get_me(), 5.0).username or ""
        except errors.Trouble as error:
            logging.getLogger(__name__).warning("The bot's name could not be asked: %s", error)
            return ""
        cache.set(key, name, DAY)
    return name


def hosts() -> list[str]:
    """Where the Bot API need not be public: staff have named it."""
    host = urlsplit(settings.TELEGRAM_API)
    return [host.netloc] if host.port else []


def _meant(said: Any) -> errors.Trouble:
    from telegram import error

    text = str(said)[:200].replace(settings.TELEGRAM_TOKEN or "\0", "…")
    match said:
        case error.RetryAfter():
            return errors.Wait(_seconds(said))
        case error.Forbidden():
            return errors.Blocked(text)
        case error.InvalidToken():
            return errors.WrongToken(text)
        case error.Conflict():
            return errors.Conflict(text)
        case error.BadRequest():  # which the library takes for trouble of the net
            kind = errors.Unchanged if NOT_MODIFIED in text else errors.Refused
            return kind(text)
        case error.NetworkError():
            return errors.Away(text)
    return errors.Refused(text)


def _seconds(said: Any) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is on its way from seconds to a span of time
        after = said.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
