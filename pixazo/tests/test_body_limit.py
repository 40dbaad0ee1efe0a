"""A body larger than any door takes is refused, and the application never sees its end."""

import asyncio
import json

import pytest

from pixazo import body_limit
from pixazo.body_limit import BodyLimit
from pixazo.draining import Draining
from pixazo.spreading import Spreading


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(body_limit, "MOST_BYTES", 100)


def ask(chunks, headers=()):
    """The statuses that were answered, and what the application read."""
    sent, seen = [], []

    async def application(scope, receive, send):
        more = True
        while more:
            message = await receive()
            seen.append(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        body = chunks.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(chunks)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/uploads/", "headers": list(headers)}
    asyncio.run(BodyLimit(application)(scope, receive, send))
    answers[:] = [message["body"] for message in sent if "body" in message]
    return [message["status"] for message in sent if "status" in message], b"".join(seen)


answers = []


def test_what_is_small_enough_passes():
    assert ask([b"x" * 60, b"y" * 40]) == ([200], b"x" * 60 + b"y" * 40)


def test_what_says_that_it_is_too_large_is_not_read():
    assert ask([b"x" * 500], [(b"content-length", b"500")]) == ([413], b"")


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"10")], [(b"content-length", b"x")]])
def test_what_goes_on_and_on_is_stopped(headers):
    statuses, seen = ask([b"x" * 60] * 1000, headers)
    assert (statuses, len(seen)) == ([413], 60)


def test_people_get_a_page_and_programs_get_json():
    ask([b"x"], [(b"content-length", b"500"), (b"accept", b"application/json")])
    assert json.loads(answers[0])["error"]["code"] == "too_large"
    ask(
        [b"x"],
        [(b"content-length", b"500"), (b"accept", b"text/html"), (b"cookie", b"theme=light")],
    )
    assert b'data-bs-theme="light"' in answers[0]
    assert b"too large" in answers[0]


def test_the_site_is_behind_it():
    from pixazo.asgi import application

    assert isinstance(application, Draining)  # which says that it ends
    assert isinstance(application.application, Spreading)
    assert isinstance(application.application.application, BodyLimit)
