"""`make run` as a person lives with it: start, something dies, Ctrl-C, start again."""

import http.client
import json
import os
import signal
import time
import urllib.request

import pytest

from pixazo.tests.desk import Desk

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def new_desk(tmp_path):
    with Desk(tmp_path, is_new=True) as desk:
        yield desk


def test_it_starts_survives_stops_and_starts_again(new_desk):
    desk = new_desk
    assert f"Pixazo is ready: {desk.url}" in desk.output
    # A person whose password everybody knows is made at a desk only, not on a database server.
    is_desk = not desk.env.get("DATABASE_URL")
    assert ("Sign in as demo with the password demo-pixazo" in desk.output) == is_desk
    until(lambda: is_well(desk))
    until(lambda: lanes(desk) == {"gpu", "remote"})

    for name in ("web", "worker", "chores", "beat"):
        first = desk.process(name)
        os.killpg(first, signal.SIGKILL)
        until(lambda name=name, first=first: desk.process(name) != first)
    until(lambda: is_well(desk))

    groups = [desk.process(name) for name in ("web", "worker", "chores", "beat")]
    assert desk.stop() == 0
    assert "did not stop in time" not in desk.output
    assert not any(map(group_exists, groups))
    assert "Traceback" not in desk.output

    desk.start()
    until(lambda: is_well(desk))


def test_a_killed_supervisor_leaves_nothing_running(desk):
    groups = [desk.process(name) for name in ("web", "worker", "chores", "beat")]
    desk.up.kill()
    desk.up.wait()
    until(lambda: not any(map(group_exists, groups)))


def test_an_open_stream_does_not_hold_the_site(desk):
    """Uvicorn alone would wait for it for ever."""
    token = desk.run("from pixazo.events import stream_token; print(stream_token('x'))").strip()
    stream = http.client.HTTPConnection("localhost", desk.port, timeout=30)
    stream.request("GET", f"/events/?token={token}")
    answer = stream.getresponse()
    assert answer.status == 200
    assert answer.readline().startswith(b"retry:")
    assert desk.stop() == 0
    assert "killed" not in desk.output
    stream.close()


def is_well(desk):
    """Web, database and a worker for each lane answer."""
    try:
        with urllib.request.urlopen(f"{desk.url}/api/health", timeout=5) as answer:
            return json.load(answer)["status"] == "ok"
    except OSError:
        return False


def lanes(desk):
    """Those in which somebody draws, or waits for services."""
    said = desk.run(LANES)
    return set(said.split())


LANES = """
from generation.models import Worker
print(*Worker.objects.alive().values_list("lanes", flat=True))
"""


def group_exists(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.1)
