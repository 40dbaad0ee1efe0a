"""The web process's way into Django: each request is answered as a whole, in one thread that stays.

Django's own handler begins a thread for each request, goes back and forth between it and the event
loop some ten times on the way to a view, and opens the database anew, as connections belong to
threads. That took longer than most answers do. No view of ours is asynchronous; what streams is
sent by the event loop, without a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any, cast

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from pixazo import shedding
from pixazo.at_once import places
from pixazo.later import CutShort, Later

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

# Requests that one process answers at the same time; more wait for their turn. Some of them wait
# for others on the net, so these are more than any machine has use for; and no more than the pool
# has connections to PostgreSQL (`pixazo/settings/database.py`), or some would wait for one in vain.
THREADS = 20


class Handler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        self.asked = 0  # requests that are answered, or wait for it

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Receive, send: Send) -> None:
        try:
            body: Any = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            if shedding.is_too_much(self.asked, scope["path"]):
                body.close()  # nobody will read it
                await self._refuse(scope, send)
                return
            self.asked += 1
            try:
                response = await self._in_a_thread(self._answer, scope, body)
            finally:
                self.asked -= 1
            if not response.streaming:
                await self.send_response(response, send)
                return
            try:
                if isinstance(response, Later):
                    await self._send_later(response, receive, send)
                else:
                    await self._stream(response, receive, send)
            finally:
                await self._in_a_thread(response.close)

    async def _refuse(self, scope: Any, send: Send) -> None:
        await asyncio.sleep(shedding.PAUSE_SECONDS)
        headers, body = shedding.refusal(scope)
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _in_a_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        run = copy_context().run  # the language, the prefix: each request has its own
        return await asyncio.get_running_loop().run_in_executor(self.threads, run, work, *args)

    def _answer(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        """All of it but the sending, including what Django does after a request."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        with places().taken():
            response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001  whom its last signal comes from
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            close_old_connections()  # it is sent without one, and may take its time
        else:
            response.close()
        return cast(HttpResponseBase, response)

    async def _send_later(self, later: Later, receive: Receive, send: Send) -> None:
        """Once it is known what, unless whoever asked is gone by then."""
        looking = asyncio.create_task(later.settled(self._in_a_thread))
        gone = asyncio.create_task(self.listen_for_disconnect(receive))
        await asyncio.wait((looking, gone), return_when=asyncio.FIRST_COMPLETED)
        for task in (looking, gone):
            task.cancel()
        settled, _gone = await asyncio.gather(looking, gone, return_exceptions=True)
        if isinstance(settled, asyncio.CancelledError):
            return
        if isinstance(settled, BaseException):
            raise settled
        if settled is not later:
            await self.send_response(settled, send)
            return
        try:
            await self._stream(later, receive, send)
        except CutShort:
            return  # without an end: the server cuts the connection

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
