"""How requests come into Django: each in one thread that stays, and streams without any."""

import asyncio
import json
import threading

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import include, path, reverse, reverse_lazy
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from pixazo import at_once, shedding
from pixazo.at_once import places
from pixazo.handler import Handler

seen = []
closed = threading.Event()
arrived = threading.Semaphore(0)
released = threading.Event()


@csrf_exempt
def where(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    seen.append((threading.get_ident(), id(connection.connection)))
    body = f"{request.body.decode()} {translation.get_language()}"
    return HttpResponse(body, headers={"X-Said": "yes"})


def stream(request):
    async def lines():
        try:
            while True:
                yield "still here\n"
                await asyncio.sleep(0.01)
        finally:
            closed.set()

    response = StreamingHttpResponse(lines())
    response._resource_closers.append(lambda: seen.append("closed"))
    return response


def broken(request):
    raise ValueError("a bug")


def waits_for_another(request):
    arrived.release()
    released.wait(60)
    return HttpResponse("late")


def calls_out(request):
    with places().given_back():
        return waits_for_another(request)


urlpatterns = [
    path("api/calls", calls_out),
    path("api/where", where),
    path("api/waits", waits_for_another),
    path("api/stream", stream),
    path("api/broken", broken),
    path("", include("pixazo.urls")),  # an error's page names some
]


@pytest.fixture(autouse=True)
def our_views(db):
    seen.clear()
    closed.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


async def ask(handler, address, body=b"", headers=(), until=lambda sent: False):
    """What a server would be sent; whoever asks is gone once `until` says so."""
    sent, gone, parts = [], asyncio.Event(), [body]

    async def receive():
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        if until(sent):
            gone.set()

    scope = {
        "type": "http",
        "method": "POST" if body else "GET",
        "path": address,
        "headers": [(b"host", b"localhost"), *headers],
        "query_string": b"",
    }
    await asyncio.wait_for(handler(scope, receive, send), 60)
    return sent


def test_an_answer_is_whole():
    sent = asyncio.run(ask(Handler(), "/api/where", b"hello"))
    head, body = sent
    assert (head["status"], body["body"]) == (200, b"hello en")
    assert (b"X-Said", b"yes") in head["headers"]
    assert not body["more_body"]


def test_threads_and_their_connections_stay():
    async def several():
        handler = Handler()
        for _ in range(50):
            await ask(handler, "/api/where", b"hello")

    asyncio.run(several())
    threads = {thread for thread, _connection in seen}
    # A second one is begun where the first has answered, but is not quite through yet.
    assert len(threads) < 10
    assert threading.get_ident() not in threads
    if connection.vendor == "sqlite":
        assert len({kept for _thread, kept in seen}) == len(threads)


@pytest.mark.parametrize(("address", "longest"), [("/api/calls", 600), ("/api/waits", 0.05)])
def test_those_who_wait_on_the_net_hold_nobody_up(monkeypatch, address, longest):
    monkeypatch.setattr(at_once, "LONGEST_WAIT", longest)
    released.clear()

    async def all_of_them():
        handler = Handler()
        slow = [asyncio.create_task(ask(handler, address)) for _ in range(8)]
        for _ in slow:
            await asyncio.to_thread(arrived.acquire)
        quick = await ask(handler, "/api/where", b"hello")
        released.set()
        return quick, await asyncio.gather(*slow)

    quick, slow = asyncio.run(all_of_them())
    assert quick[1]["body"] == b"hello en"
    assert [sent[1]["body"] for sent in slow] == [b"late"] * 8


def test_many_at_once_are_all_answered():
    async def many():
        handler = Handler()
        return await asyncio.gather(*(ask(handler, "/api/where", b"x") for _ in range(60)))

    assert [sent[0]["status"] for sent in asyncio.run(many())] == [200] * 60


def test_of_more_than_can_be_answered_soon_the_rest_is_refused(monkeypatch):
    """Programs and people alike hear when to come back, each in their form and language."""
    monkeypatch.setattr(shedding, "MOST", 2)
    monkeypatch.setattr(shedding, "PAUSE_SECONDS", 0.01)
    released.clear()

    async def all_of_them():
        handler = Handler()
        slow = [asyncio.create_task(ask(handler, "/api/waits")) for _ in range(2)]
        for _ in slow:
            await asyncio.to_thread(arrived.acquire)
        german = [(b"accept-language", b"de")]
        refused = [
            await ask(handler, "/api/where", b"hello"),
            await ask(handler, "/where", headers=german),
            await ask(handler, "/where"),
            await ask(handler, "/api/v1/where", b"hello"),
            await ask(handler, "/v1/where", b"hello", german),
        ]
        assert (await ask(handler, "/healthz"))[0]["status"] == 200
        released.set()
        answered = await asyncio.gather(*slow)
        return refused, answered, await ask(handler, "/api/where", b"hello")

    refused, answered, later = asyncio.run(all_of_them())
    assert [sent[0]["status"] for sent in refused] == [503] * 5
    heads = [dict(sent[0]["headers"]) for sent in refused]
    bodies = [sent[1]["body"] for sent in refused]
    for head, body in zip(heads, bodies, strict=True):
        assert (head[b"Retry-After"], head[b"Cache-Control"]) == (b"5", b"no-store")
        assert int(head[b"Content-Length"]) == len(body)
        assert b"Content-Security-Policy" in head
    assert [head[b"Content-Type"].decode() for head in heads] == [
        "application/json",
        "text/html; charset=utf-8",
        "text/html; charset=utf-8",
        "application/problem+json",
        "application/json",
    ]
    assert json.loads(bodies[0]) == {"error": json.loads(bodies[3])["error"]}
    assert json.loads(bodies[3])["status"] == 503
    assert json.loads(bodies[4])["error"]["type"] == "server_error"
    assert "überlastet" in json.loads(bodies[4])["error"]["message"]
    assert b'lang="de"' in bodies[1]
    assert b"busy" in bodies[2]
    assert [sent[0]["status"] for sent in (*answered, later)] == [200] * 3


@pytest.mark.parametrize(
    "address",
    [
        *("/events/", "/healthz", "/readyz", "/metrics", "/csp-reports/"),
        *(reverse_lazy("stripe_webhook"), reverse_lazy("telegram_webhook")),
    ],
)
def test_what_is_never_refused(address):
    address = str(address)
    assert not shedding.is_too_much(10 * shedding.MOST, address)
    assert shedding.is_too_much(shedding.MOST, "/w/studio/")


def test_over_https_a_refusal_says_to_stay_there(settings):
    settings.SECURE_HSTS_SECONDS = 60
    shedding._written.cache_clear()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    secure, plain = (
        dict(shedding.refusal({**scope, "scheme": scheme}).headers) for scheme in ("https", "http")
    )
    assert secure[b"Strict-Transport-Security"] == b"max-age=60"
    assert b"Strict-Transport-Security" not in plain
    shedding._written.cache_clear()


def test_who_waits_without_a_thread_keeps_nobody_from_an_answer(monkeypatch):
    """Streams, as answers that are waited for, are not counted among those who wait."""
    monkeypatch.setattr(shedding, "MOST", 2)

    async def all_of_them():
        handler, begun, done = Handler(), set(), asyncio.Event()

        def until(sent):
            begun.add(id(sent))
            return done.is_set()

        streams = [asyncio.create_task(ask(handler, "/api/stream", until=until)) for _ in range(2)]
        while len(begun) < len(streams):
            await asyncio.sleep(0.01)
        answered = await ask(handler, "/api/where", b"hello")
        done.set()
        return answered, await asyncio.gather(*streams)

    answered, streams = asyncio.run(all_of_them())
    assert [sent[0]["status"] for sent in (answered, *streams)] == [200] * 3


@pytest.mark.parametrize("name", ["admin:index", "api_health"])
def test_there_is_room_for_some_where_there_is_none_for_others(name):
    address = reverse(name, urlconf="pixazo.urls")
    assert not shedding.is_too_much(shedding.MOST, address)
    assert shedding.is_too_much(shedding.MOST_OF_THESE, address)


def test_each_request_has_its_own_language():
    async def both():
        handler = Handler()
        german = [(b"accept-language", b"de")]
        return await asyncio.gather(
            *(ask(handler, "/api/where", b"x", german if number % 2 else ()) for number in range(8))
        )

    answers = [sent[1]["body"] for sent in asyncio.run(both())]
    assert answers == [b"x en", b"x de"] * 4


def test_a_bug_is_answered_with_an_error():
    sent = asyncio.run(ask(Handler(), "/api/broken"))
    assert sent[0]["status"] == 500


def test_a_stream_ends_when_its_reader_is_gone():
    sent = asyncio.run(ask(Handler(), "/api/stream", until=lambda sent: len(sent) > 3))
    assert sent[0]["status"] == 200
    assert closed.is_set()
    assert seen == ["closed"]
