"""Who calls, and a call's one way to the database: in a thread, with its key looked at anew."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import ApiKey
from pixazo.api import NOT_FOUND, NotInScope, refusal
from pixazo.at_once import places
from pixazo.errors import UserError

T = TypeVar("T")

# The web's own threads may have all connections to PostgreSQL but for some moments; these wait.
THREADS = 4
# Of them, what comes of one person: a tool that waits for the net leaves room for others.
OF_ONE = 2

log = logging.getLogger(__name__)
threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mcp")
turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()


class KeyOver(UserError):
    code = "unauthenticated"
    status = 401


@dataclass(frozen=True)
class Caller:
    """Stands where REST's doors have their request: a person, their key, and whole addresses."""

    user: Any
    auth: ApiKey
    path_info: str = "/api/v1/"  # so that answers name the doors with a version

    def build_absolute_uri(self, path: str = "/") -> str:
        return f"{settings.SITE_URL}{path}"

    def must(self, scope: str) -> None:
        if scope not in self.auth.scopes:
            raise NotInScope(
                _(
                    "This key lacks the scope “%(scope)s”, which this needs. Make one that has it"
                    " on the page “API keys” of your account."
                )
                % {"scope": scope}
            )


async def asked(key: str, language: str, work: Callable[..., T], *args: Any, person: str = "") -> T:
    """What `work(caller, *args)` returns. Raises `UserError` for all that a person may read, and
    for what they may not: that is written down. `person` is whose key it is, where that is known
    already: whoever has several gets no more threads by them."""
    run, loop = copy_context().run, asyncio.get_running_loop()
    turn = turns.setdefault(person or key, asyncio.Semaphore(OF_ONE))
    await turn.acquire()

    def over(done: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended, as its process does
            loop.call_soon_threadsafe(turn.release)

    # Who asked may be gone before: the thread is taken until its work is done.
    answer = threads.submit(run, _answered, key, language, work, args)
    answer.add_done_callback(over)
    return await asyncio.wrap_future(answer)


def _answered(key: str, language: str, work: Callable[..., T], args: tuple[Any, ...]) -> T:
    close_old_connections()
    try:
        with override(language), places().taken():
            try:
                return work(caller_of(key), *args)
            except Exception as error:  # noqa: BLE001  `said` writes down what nobody thought of
                raise said(error) from None
    finally:
        close_old_connections()


def caller_of(key: str) -> Caller:
    """Raises `KeyOver`: it may have been revoked since the connection began."""
    row = ApiKey.find(key)
    if row is None:
        raise KeyOver(_("This API key is not valid any more. Make another one in your account."))
    row.note_use()
    return Caller(row.user, row)


def said(error: Exception) -> UserError:
    """In a sentence that anybody may read."""
    if isinstance(error, UserError):
        return error
    if isinstance(error, ValidationError):
        return refusal(error)
    if isinstance(error, Http404):
        return UserError(str(NOT_FOUND), code="not_found", status=404)
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("The database does not answer: %s", error)
        sentence = _("The site is busy or being mended. Please try again in a few seconds.")
        return UserError(sentence, code="unavailable", status=503)
    log.error("A tool broke.", exc_info=error)
    sentence = _("Something broke on our side. It has been noted.")
    return UserError(sentence, code="server_error", status=500)
