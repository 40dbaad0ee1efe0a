"""Of several web processes none keeps all connections to itself."""

import asyncio

from pixazo.spreading import EVERY, Spreading


async def site(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-is", b"ours")]})
    await send({"type": "http.response.body", "body": b"ok"})


def answers(application, number, kind="http"):
    """Of so many requests the headers."""
    found = []

    async def send(message):
        if message["type"] == "http.response.start":
            found.append(dict(message["headers"]))

    async def ask():
        for _ in range(number):
            await application({"type": kind, "path": "/"}, None, send)

    asyncio.run(ask())
    return found


def last(told):
    """Which of them nothing follows on the same connection."""
    return [place for place, each in enumerate(told, 1) if each.get(b"connection") == b"close"]


def test_now_and_then_an_answer_is_the_last_of_its_connection():
    told = answers(Spreading(site, 2), 2 * EVERY)
    assert last(told) == [EVERY, 2 * EVERY]
    assert all(headers[b"x-is"] == b"ours" for headers in told)


def test_a_process_alone_keeps_its_connections():
    assert last(answers(Spreading(site, 1), 2 * EVERY)) == []


def test_what_is_no_request_is_left_alone():
    assert last(answers(Spreading(site, 2), 2 * EVERY, kind="lifespan")) == []
