"""An answer of a language model on its way to a client: asked for in a thread of its own, handed on
as it comes. Nobody who is gone is answered any longer."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from django.db import close_old_connections, connection
from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from chat import llm
from chat.llm import Completion, Delta, Usage
from chat.models import ChatModel
from chat.openai_dialect import form
from chat.openai_dialect.asked import Asked
from pixazo.errors import UserError
from pixazo.later import Look, Wait
from pixazo.openai_form.errors import refusal

log = logging.getLogger(__name__)

# Answers that one process passes on at a time; others wait for their turn.
AT_ONCE = 16
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="chat")


class Gone(Exception):
    """Whoever asked has hung up."""


class Speaking:
    """A `pixazo.later.Watch`."""

    def __init__(self, model: ChatModel, asked: Asked, person: Any) -> None:
        self.model, self.asked, self.person = model, asked, person
        self.form = form.Form(model.slug)
        self.come: SimpleQueue[Look] = SimpleQueue()
        self.is_over = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.news = asyncio.Event()
        self.language = get_language()

    def begin(self) -> None:
        _threads.submit(self._in_a_thread)

    def run(self) -> None:
        """Ask, and lay down what comes."""
        try:
            looks = self._pieces() if self.asked.stream else self._whole()
            for look in looks:
                self._lay(look)
        except Gone:
            return
        except UserError as error:
            self._fail(error)
        except Exception:
            log.exception("An answer of %s could not be handed on.", self.model)
            sentence = _("Something broke on our side. It has been noted.")
            self._fail(UserError(sentence, code="server_error", status=500))

    def look(self) -> Look:
        events: list[bytes] = []
        with suppress(Empty):
            while True:
                look = self.come.get_nowait()
                events += look.events
                if look.answer:
                    return Look(events, look.answer)
        return Look(events)

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[Wait]:
        self.loop = asyncio.get_running_loop()

        async def wait(seconds: float) -> None:
            # `wait_for` of Python 3.11 forgets that it is cancelled where news comes just then,
            # and whoever has hung up would be spoken to for ever.
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.news.wait()
            self.news.clear()

        yield wait

    def close(self) -> None:
        self.is_over = True

    def _in_a_thread(self) -> None:
        if self.is_over:  # they have waited for a thread, and do so no more
            return
        close_old_connections()
        try:
            with override(self.language):
                self.run()
        finally:
            close_old_connections()

    def _deltas(self) -> Iterator[Delta]:
        return llm.stream(
            self.model,
            self.asked.shown_to(vision=self.model.vision, looking=self._look_for_them),
            person=self.person,
            tools=self.asked.tools or None,
            options=self.asked.options,
            waiting=self._look_for_them,
        )

    def _look_for_them(self) -> None:
        if self.is_over:
            raise Gone
        # An answer may take minutes: of a pool's few connections none is kept so long.
        if not connection.in_atomic_block:
            close_old_connections()

    def _whole(self) -> Iterator[Look]:
        completion = Completion.of(self._deltas())
        yield Look(answer=JsonResponse(self.form.whole(completion)))

    def _pieces(self) -> Iterator[Look]:
        usage: Usage | None = None
        reason, calls, is_begun = "stop", 0, False
        for delta in self._deltas():
            if not is_begun:
                is_begun = True
                yield Look([self.form.begun()])
            if delta.text:
                yield Look([self.form.piece({"content": delta.text})])
            if delta.tool_call:
                yield Look([self.form.called(calls, delta.tool_call)])
                calls += 1
            reason, usage = delta.finish_reason or reason, delta.usage or usage
            self._look_for_them()
        events = [self.form.piece({}, reason)]
        if self.asked.with_usage:
            events.append(self.form.used(usage or Usage()))
        yield Look([*events, form.DONE], HttpResponse())

    def _lay(self, look: Look) -> None:
        self.come.put(look)
        self.has_begun = True
        if self.loop is not None:
            with suppress(RuntimeError):  # the loop has ended, as its process does
                self.loop.call_soon_threadsafe(self.news.set)

    def _fail(self, error: UserError) -> None:
        """As an answer of its own; in the middle of a stream as its last piece."""
        if self.asked.stream and self.has_begun:
            self._lay(Look([form.failed(error)], HttpResponse()))
        else:
            self._lay(Look(answer=refusal(error)))

    has_begun = False
