"""The web process's way into Django: each request is answered as a whole, in one thread that stays.

Django's own handler begins a thread for each request, goes back and forth between it and the event
loop some ten times on the way to a view, and opens the database anew, as connections belong to
threads. That took longer than most answers do. No view of ours is asynchronous; what streams is
sent by the event loop, without a thread.
"""

import asyncio
from asyncio import Semaphore
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import IO, Any, cast

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections, connection
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

# Requests that one process answers at the same time; more wait for their turn. Some of them wait
# for others on the net, so these are more than any machine has use for; and no more than the pool
# has connections to PostgreSQL (`pixazo/settings/database.py`), or some would wait for one in vain.
THREADS = 20
# Of these, so many are let on the processor at a time: more would only take it from one another,
# between any two statements, and all be answered later. With a server for the database another
# one works while it is waited for.
AT_ONCE = {"sqlite": 2}
AT_ONCE_ELSEWHERE = 4
# Whoever waited so long is let in anyway: those before may wait for others on the net.
LONGEST_WAIT = 0.05  # seconds


class Handler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        self.room = Semaphore(AT_ONCE.get(connection.vendor, AT_ONCE_ELSEWHERE))

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Receive, send: Send) -> None:
        try:
            body: Any = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            async with self._a_place():
                response = await self._in_a_thread(self._answer, scope, body)
            if not response.streaming:
                await self.send_response(response, send)
                return
            try:
                await self._stream(response, receive, send)
            finally:
                await self._in_a_thread(response.close)

    @asynccontextmanager
    async def _a_place(self) -> AsyncIterator[None]:
        if self.room.locked():
            try:
                await asyncio.wait_for(self.room.acquire(), LONGEST_WAIT)
            except TimeoutError:
                yield
                return
        else:
            await self.room.acquire()  # at once
        try:
            yield
        finally:
            self.room.release()

    async def _in_a_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        run = copy_context().run  # the language, the prefix: each request has its own
        return await asyncio.get_running_loop().run_in_executor(self.threads, run, work, *args)

    def _answer(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        """All of it but the sending, including what Django does after a request."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001  whom its last signal comes from
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            close_old_connections()  # it is sent without one, and may take its time
        else:
            response.close()
        return cast(HttpResponseBase, response)

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Until it ends, or whoever reads it is gone."""
        sending = asyncio.create_task(self.send_response(response, send))
        gone = asyncio.create_task(self.listen_for_disconnect(receive))
        await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, gone):
            task.cancel()
        sent, _gone = await asyncio.gather(sending, gone, return_exceptions=True)
        if isinstance(sent, Exception):
            raise sent
