"""A person's programs have a pace, whichever of their keys and doors they use (S064)."""

import json

import pytest

from accounts.models import ApiKey
from generation.tests.programs import key_client
from pixazo import pacing

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _three_a_minute(settings, monkeypatch):
    settings.API_A_MINUTE = 3
    monkeypatch.setattr(pacing, "_here", pacing.Counting())
    monkeypatch.setattr(pacing.time, "time", lambda: 60_000_015.0)
    settings.REDIS_URL = ""


def test_each_answer_says_what_is_left(alice, studio):
    program = key_client(alice)
    answer = program.get("/api/v1/models")
    assert answer["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert answer["RateLimit"] == '"minute";r=2;t=46'
    told = [answer[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
    assert told == ["3", "2", "46"]
    assert program.get("/api/v1/nowhere").status_code == 404
    assert program.get("/api/v1/workspaces/nowhere")["X-RateLimit-Remaining"] == "1"


def test_what_is_too_much_is_refused_for_all_their_keys_and_nobody_else(alice, bob, studio):
    for _number in range(3):
        assert key_client(alice).get("/api/v1/models").status_code == 200
    refused = key_client(alice).get("/api/v1/models")
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "rate_limited"
    assert (refused["Retry-After"], refused["X-RateLimit-Remaining"]) == ("46", "0")
    assert key_client(bob).get("/api/v1/models").status_code == 200


def test_a_new_minute_begins_anew(alice, studio, monkeypatch):
    for _number in range(4):
        last = key_client(alice).get("/api/v1/models")
    assert last.status_code == 429
    monkeypatch.setattr(pacing.time, "time", lambda: 60_000_060.0)
    assert key_client(alice).get("/api/v1/models").status_code == 200


def test_an_openai_client_is_told_in_its_words(alice, studio):
    for _number in range(4):
        refused = key_client(alice).get("/v1/models")
    assert refused.status_code == 429
    error = refused.json()["error"]
    assert (error["type"], error["code"]) == ("rate_limit_error", "rate_limit_exceeded")
    assert refused["Retry-After"] == "46"
    assert "x-should-retry" not in refused


def test_pages_have_none(as_alice, studio):
    for _number in range(5):
        answer = as_alice.get("/api/v1/models")
    assert answer.status_code == 200
    assert "RateLimit" not in answer


@pytest.mark.parametrize("name", ["API_A_MINUTE", "SOLO"])
def test_it_can_be_none(alice, studio, settings, name):
    setattr(settings, name, name == "SOLO")
    assert pacing.take(alice.pk) is None


def test_while_redis_is_away_the_process_counts(alice, settings, monkeypatch):
    from redis import Redis

    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    away = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.2)
    monkeypatch.setattr("pixazo.redis.connection", lambda: away)
    assert [pacing.take(alice.pk).used for _number in range(2)] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_mcp_has_the_same_pace(alice):
    """Without a server: what comes before the protocol is our own."""
    import asyncio

    from chat.mcp.web import Application

    _row, key = ApiKey.issue(alice, "Test")
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {key}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/mcp", "headers": headers}
    heard = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        heard.append(message)

    for _number in range(4):
        asyncio.run(Application()({**scope}, receive, send))
    starts = [each for each in heard if each["type"] == "http.response.start"]
    assert [each["status"] for each in starts] == [405, 405, 405, 429]
    told = {name.decode(): value.decode() for name, value in starts[-1]["headers"]}
    assert (told["retry-after"], told["ratelimit"]) == ("46", '"minute";r=0;t=46')
    assert json.loads(heard[-1]["body"])["error"] == "rate_limited"
