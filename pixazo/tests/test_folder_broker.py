"""The desk's broker loses no message, tells none twice and survives many writers at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from kombu import Connection, Consumer, Queue

import pixazo.celery  # noqa: F401  registers the transport
from pixazo.tests.desk import ROOT

PUBLISH = """
import sys
import pixazo.celery
from kombu import Connection, Queue
from pixazo.tests.test_folder_broker import broker
with broker(sys.argv[1]) as connection:
    with connection.Producer() as producer:
        for n in range(100):
            producer.publish({"n": n}, routing_key="gpu", declare=[Queue("gpu", routing_key="gpu")])
"""


def broker(folder):
    options = {
        "data_folder_in": f"{folder}/messages",
        "data_folder_out": f"{folder}/messages",
        "control_folder": f"{folder}/control",
        "polling_interval": 0.01,
    }
    return Connection("folder://localhost", transport_options=options)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "messages").mkdir()
    return tmp_path


def read(folder, may_stop=lambda: True):
    """All that one reader gets until nothing comes any more and it may stop."""
    found = []

    def take(body, message):
        found.append(body)
        message.ack()

    queues = [Queue("gpu", routing_key="gpu")]
    with (
        broker(folder) as connection,
        connection.channel() as channel,
        Consumer(channel, queues, callbacks=[take]),
    ):
        while True:
            try:
                connection.drain_events(timeout=0.3)
            except TimeoutError:
                if may_stop():
                    return found


def test_every_message_is_read_once_by_one_of_many_readers(folder):
    publishers = [
        subprocess.Popen([sys.executable, "-c", PUBLISH, str(folder)], cwd=ROOT) for _ in range(3)
    ]

    def all_written():
        return all(publisher.poll() is not None for publisher in publishers) and not any(
            (folder / "messages").iterdir()
        )

    with ThreadPoolExecutor(3) as readers:
        found = list(readers.map(lambda _: read(folder, all_written), range(3)))
    assert [publisher.returncode for publisher in publishers] == [0, 0, 0]
    assert sorted(body["n"] for part in found for body in part) == sorted(list(range(100)) * 3)
    assert list((folder / "messages").iterdir()) == []


def test_a_message_that_is_being_written_is_not_there_yet(folder):
    (folder / "messages" / "000000000000001_x.gpu.msg.part").write_text('{"bo')
    assert read(folder) == []


def test_messages_of_other_lanes_stay(folder):
    other = folder / "messages" / "000000000000001_x.remote.msg"
    other.write_text("{}")
    assert read(folder) == []
    assert other.exists()
