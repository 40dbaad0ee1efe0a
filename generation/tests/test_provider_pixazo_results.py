"""What is delivered and is no picture; servers that mean harm."""

import pytest

from generation.models import Job
from generation.providers.remote import asking, results
from generation.tests.engine import ask_one
from generation.tests.remote import (
    failed,
    once,
    succeeded,
    waiting,
)
from generation.tests.stand_ins.hostile import Hostile
from generation.tests.stand_ins.server import Reply, picture

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>no picture</html>", {"Content-Type": "image/png"}),
        Reply(200, b""),
        Reply(200, picture()[:-40]),
        Reply(200, picture(32, 64)),
        Reply(200, picture(format="GIF")),
        Reply(200, b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n"),
        Reply(302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"}),
        Reply(302, b"", {"Location": "file:///etc/passwd"}),
    ],
)
def test_what_is_no_picture_of_the_right_size_is_none(studio, paid, media, reply):
    media.reply = reply
    job = ask_one(studio, paid)
    once()
    job.refresh_from_db()
    failed(
        job, "result_lost" if reply.status == 302 and "169" in str(reply.headers) else "bad_answer"
    )


def test_what_staff_read_of_it_can_be_read(studio, paid, media):
    media.reply = Reply(200, b"\x00\x1b[31m\xff\xed\xa0\x80 not a picture")
    job = ask_one(studio, paid)
    once()
    details = failed(job, "bad_answer").details
    assert "not a picture" in details
    assert details.isprintable()


def test_a_picture_in_disguise_is_known_by_its_content(studio, paid, media):
    media.reply = Reply(200, picture(format="WEBP"), {"Content-Type": "text/html"})
    job = ask_one(studio, paid)
    once()
    succeeded(job)


def test_a_picture_that_is_gone_is_said_so(studio, paid, media):
    media.reply = Reply(404, b"")
    job = ask_one(studio, paid)
    once()
    failed(job, "result_lost")
    assert len(media.journal) == 3


def test_an_oversized_picture_is_not_read_to_its_end(studio, paid, media, monkeypatch):
    monkeypatch.setattr(results, "LIMIT_BYTES", 1000)
    media.reply = Reply(200, picture(800, 800) + bytes(5000))
    job = ask_one(studio, paid)
    once()
    failed(job, "bad_answer")


def test_a_picture_of_too_many_pixels_is_not_unpacked(studio, paid, media, monkeypatch):
    monkeypatch.setattr(results, "MOST_PIXELS", 100)
    job = ask_one(studio, paid)
    once()
    failed(job, "bad_answer")


def test_a_service_may_not_send_us_to_hosts_that_only_services_may_be_at(
    studio, paid, media, settings, gateway
):
    settings.TRUSTED_HOSTS = [gateway.host, media.host]
    settings.PICTURE_HOSTS = []
    job = ask_one(studio, paid)
    once()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert media.journal == []


# --- A hostile upstream ---


SLOW = {"drip", "drip_headers", "hang"}


@pytest.fixture
def hostile(monkeypatch):
    """Answers like the hostile server at that path; little room, and little time where it is about
    time, so that the tests need neither."""
    with Hostile() as server:

        def behaves(name):
            seconds = 1.0 if name in SLOW else 60.0
            defaults = asking.ask.__kwdefaults__ | {"seconds": seconds}
            monkeypatch.setattr(asking.ask, "__kwdefaults__", defaults)
            monkeypatch.setattr(results, "SECONDS", seconds)
            return lambda asked, connection: getattr(server, name)(connection, "")

        monkeypatch.setattr(asking, "LIMIT_BYTES", 1024**2)
        monkeypatch.setattr(results, "LIMIT_BYTES", 1024**2)
        monkeypatch.setattr(results, "PAUSES", ())
        yield behaves


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("declared", "bad_answer"),
        ("endless", "bad_answer"),
        ("bomb", "bad_answer"),
        ("cut", "bad_answer"),
        ("unknown_packing", "bad_answer"),
        ("badly_packed", "bad_answer"),
        ("drip", "outcome_unknown"),
        ("drip_headers", "outcome_unknown"),
        ("hang", "outcome_unknown"),
    ],
)
def test_a_hostile_service_costs_nobody_anything(studio, paid, gateway, hostile, behaviour, code):
    gateway.behaviour = hostile(behaviour)
    job = ask_one(studio, paid)
    once()
    failed(job, code)
    assert len(gateway.orders) == 1


@pytest.mark.parametrize("behaviour", ["endless_headers", "gibberish", "silence", "reset"])
def test_what_does_not_speak_http_is_tried_again(studio, paid, gateway, hostile, behaviour):
    gateway.behaviour = hostile(behaviour)
    job = ask_one(studio, paid)
    once()
    waiting(job)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("declared", "bad_answer"),
        ("endless", "bad_answer"),
        ("bomb", "bad_answer"),
        ("cut", "result_lost"),
        ("endless_headers", "result_lost"),
        ("gibberish", "result_lost"),
        ("reset", "result_lost"),
        ("drip", "result_lost"),
        ("hang", "result_lost"),
    ],
)
def test_a_hostile_media_host_neither(studio, paid, media, hostile, behaviour, code):
    media.reply = hostile(behaviour)
    job = ask_one(studio, paid)
    once()
    failed(job, code)
