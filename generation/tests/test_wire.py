"""Where there is a Redis, workers hear of new work through it, at once."""

import os
import threading

import pytest
from django.db import connection, connections
from redis import RedisError

from generation import doorbell, worker
from generation.doorbell import Ringer
from generation.tests.engine import ask_one
from generation.tests.test_worker import is_state, until
from generation.worker.wire import Wire

pytestmark = pytest.mark.both


class FakeRedis:
    """Unreachable at first; then it says what is put into `said`."""

    def __init__(self):
        self.tries = 0
        self.channels = ()
        self.said = []
        self.receivers = 1

    def pubsub(self, **options):
        self.tries += 1
        if self.tries == 1:
            raise RedisError("nobody there")
        return self

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        pass

    def subscribe(self, *channels):
        self.channels = channels

    def get_message(self, timeout):
        if not self.said:
            threading.Event().wait(0.01)
            return None
        message = self.said.pop()
        if isinstance(message, Exception):
            raise message
        return {"channel": message.encode()}

    def publish(self, channel, text):
        if self.receivers is None:
            raise RedisError("nobody there")
        self.said.append(channel)
        return self.receivers


@pytest.fixture
def redis(monkeypatch, settings):
    settings.REDIS_URL = "redis://localhost:1/0"
    redis = FakeRedis()
    monkeypatch.setattr("pixazo.redis.connection", lambda: redis)
    monkeypatch.setattr("generation.worker.wire.PAUSE_SECONDS", 0.01)
    return redis


@pytest.fixture
def sent(monkeypatch):
    """The lanes of Celery's messages."""
    lanes = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda name, queue, **_: lanes.append(queue)
    )
    return lanes


def test_a_ring_wakes_a_loop_of_its_lane_also_after_redis_was_away(redis):
    loops = [worker.Loop("gpu"), worker.Loop("remote", 1), worker.Loop("remote", 2)]
    wire = Wire(loops)
    wire.start()
    try:
        # What was rung while nobody listened is not known: one of each lane looks.
        until(lambda: loops[0].bell.is_set() and loops[1].bell.is_set())
        assert set(redis.channels) == {"pixazo:work:gpu", "pixazo:work:remote"}
        for loop in loops:
            loop.bell.clear()
        redis.publish(doorbell.channel("gpu"), "")
        until(loops[0].bell.is_set)
        assert not loops[1].bell.is_set()
        loops[0].bell.clear()
        redis.said.append(RedisError("gone again"))
        until(lambda: loops[0].bell.is_set() and loops[1].bell.is_set())
        assert redis.tries == 3
    finally:
        wire.ended.set()
        wire.join(60)


@pytest.mark.parametrize(("receivers", "messages"), [(2, []), (0, ["gpu"]), (None, ["gpu"])])
def test_the_broker_is_troubled_only_where_nobody_heard(redis, sent, receivers, messages):
    redis.receivers = receivers
    Ringer().send("gpu")
    assert sent == messages


def test_without_redis_the_broker_carries_the_ring(settings, sent):
    settings.REDIS_URL = ""
    Ringer().send("gpu")
    assert sent == ["gpu"]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite" or not os.environ.get("REDIS_URL"), reason="a desk hears SQLite"
)
def test_work_is_heard_of_without_broker_and_timer(studio, painter, settings, sent):
    from pixazo.redis import connection as redis

    settings.LOOK_SECONDS = 600
    settings.REMOTE_CALLS = 1
    worker.start({"remote"})
    try:
        until(lambda: redis().pubsub_numsub(doorbell.channel("remote"))[0][1] >= 1)
        (loop,) = worker._loops
        until(lambda: not loop.bell.is_set())
        job = ask_one(studio, painter)
        Ringer().send("remote")
        until(is_state(job, "succeeded"), seconds=60)
    finally:
        worker.stop()
        connections.close_all()
    assert sent == []
