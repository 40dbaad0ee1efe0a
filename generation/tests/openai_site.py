"""The site as OpenAI's clients find it: under its own handler, with somebody who draws."""

import socket
import threading
import time

import pytest
from django.db import connections

from accounts.models import ApiKey
from generation.models import ModelAlias
from generation.tests.engine import draw_all


@pytest.fixture(scope="module")
def openai_address():
    """Of a server in this process, for the tests of one file."""
    import uvicorn

    from pixazo.asgi import application

    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{door.getsockname()[1]}/v1"
    server.should_exit = True
    thread.join()


@pytest.fixture
def artist():
    """Draws whatever waits, until the test is over."""
    over = threading.Event()

    def work():
        while not over.wait(0.05):
            draw_all()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def openai_key(studio, alice):
    return ApiKey.issue(alice, "Open WebUI")[1]


@pytest.fixture
def openai_client(openai_address, openai_key):
    """OpenAI's own, as anybody has it."""
    from openai import OpenAI

    with OpenAI(base_url=openai_address, api_key=openai_key) as client:
        yield client


@pytest.fixture
def foreign_name(db):
    return ModelAlias.objects.get_or_create(pattern="gpt-image-*")[0]


@pytest.fixture
def drawn(monkeypatch):
    """Whoever waits in a test's own thread finds it drawn at the next look."""
    monkeypatch.setattr("pixazo.later.sleep", lambda seconds: draw_all())
