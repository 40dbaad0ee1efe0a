"""A live server for the tests of the tools, and the SDK's own client for it, in both eras."""

import asyncio
import threading
import time
from contextlib import asynccontextmanager

import httpx2
import uvicorn
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from accounts.models import ApiKey
from generation.tests.engine import draw_all
from pixazo.beside import Beside
from pixazo.body_limit import BodyLimit
from pixazo.handler import Handler
from pixazo.tests.desk import free_port

ERAS = ("auto", "legacy")


class Server:
    """The web process's application in a thread of the test's own process, over a real socket."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}/mcp"
        application = BodyLimit(Beside(Handler(), {"/mcp": "chat.mcp.web.application"}))
        config = uvicorn.Config(
            application,
            port=self.port,
            log_level="warning",
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.uvicorn.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        while not self.uvicorn.started:
            assert self.thread.is_alive()
            time.sleep(0.02)
        return self

    def __exit__(self, *error):
        self.uvicorn.should_exit = True
        self.thread.join(120)
        assert not self.thread.is_alive()


def key_of(person, *scopes, **limits):
    """As text."""
    return ApiKey.issue(person, "Test", scopes or ("read", "generate"), **limits)[1]


@asynccontextmanager
async def client(url, key, era="auto", **headers):
    sent = {"Authorization": f"Bearer {key}", **headers}
    async with httpx2.AsyncClient(headers=sent, timeout=60) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=era) as connected:
            yield connected


def asked(url, key, do, era="auto", **headers):
    """What `do(client)` returns, or the error of the protocol that it ends in."""

    async def run():
        async with client(url, key, era, **headers) as connected:
            # Caught in here: outside it lies in a group, within a group, within a group.
            try:
                return await do(connected)
            except MCPError as error:
                return error

    return asyncio.run(run())


def call(url, key, tool, arguments=None, era="auto", **more):
    """One call of one tool, from a connection of its own."""
    return asked(url, key, lambda it: it.call_tool(tool, arguments or {}, **more), era)


def text(result):
    return "\n".join(part.text for part in result.content if part.type == "text")


def kinds(result):
    return [part.type for part in result.content]


class Worker:
    """Draws what waits, in a thread, until the test is over."""

    def __init__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        self.thread.join(30)

    def run(self):
        from django.db import connection

        while not self.over.wait(0.05):
            draw_all()
        connection.close()
