import threading

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils.timezone import now

from generation import parts
from generation.models import ImageModel, Worker
from generation.storage import DurableStorage
from generation.tests.engine import ask

# The parts are asked in threads, which see only what is committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A machine that tests are run on has more to do."""
    monkeypatch.setattr(parts, "LIMIT", 60.0)


def look():
    return Client().get("/api/health")


@pytest.fixture
def worker():
    return Worker.objects.create(
        name="host-1234",
        lanes="gpu",
        device="cpu",
        precision="fp32",
        loaded_model="painter",
        seen=now(),
    )


@pytest.fixture
def painter(painter):
    """A model that is drawn here; these tests draw nothing."""
    painter.provider = "diffusers"
    painter.save()
    return painter


def test_all_is_well(worker, studio, painter):
    ask(studio, painter, count=2)
    response = look()
    assert response.status_code == 200
    answer = response.json()
    assert answer.pop("version")
    assert answer == {
        "status": "ok",
        "degraded": [],
        "database": {"ok": True},
        "broker": {"ok": True, "kind": answer["broker"]["kind"]},
        "storage": {"ok": True},
        "workers": {"alive": 1, "able": 1, "callers": 0, "unserved": []},
        "queue": {"waiting": 2, "running": 0},
    }


def test_staff_see_the_machines_and_others_only_by_setting(worker, as_alice, as_dora, settings):
    for client in (Client(), as_alice):
        assert "list" not in client.get("/api/health").json()["workers"]
    (machine,) = as_dora.get("/api/health").json()["workers"]["list"]
    assert (machine["lane"], machine["device"], machine["model"]) == ("gpu", "cpu", "painter")
    settings.HEALTH_DETAILS = True
    assert len(look().json()["workers"]["list"]) == 1


def test_who_look_at_once_share_an_answer_and_take_nothing_from_one_another(
    worker, as_dora, monkeypatch
):
    shared = parts.ask(("database", "broker", "storage"))
    monkeypatch.setattr(
        "generation.api.health.ask",
        lambda names: {name: dict(facts) for name, facts in shared.items()},
    )
    for _ in range(2):
        assert "list" not in look().json()["workers"]
    assert len(as_dora.get("/api/health").json()["workers"]["list"]) == 1


def test_a_worker_whose_device_was_lost_is_no_worker(worker, as_dora):
    worker.trouble = "Its device was lost; it waits before it tries again."
    worker.save()
    answer = as_dora.get("/api/health").json()
    assert (answer["status"], answer["degraded"]) == ("degraded", ["workers"])
    assert (answer["workers"]["alive"], answer["workers"]["able"]) == (1, 0)
    assert "lost" in answer["workers"]["list"][0]["trouble"]


def test_who_watches_it_closely_writes_no_file_each_time(worker, monkeypatch):
    monkeypatch.setattr(parts, "_stored", float("-inf"))
    monkeypatch.setattr(parts, "STORED_SECONDS", 10**9)
    saved, save = [], DurableStorage.save
    monkeypatch.setattr(
        DurableStorage, "save", lambda self, *args: saved.append(args) or save(self, *args)
    )
    for _ in range(5):
        assert look().json()["storage"] == {"ok": True}
    assert len(saved) == 1


def test_without_a_worker_the_site_answers_but_says_so():
    response = look()
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["degraded"]) == ("degraded", ["workers"])


def test_callers_of_services_are_no_workers_and_count_where_there_is_a_service(painter):
    Worker.objects.create(name="remote", lanes="remote", seen=now())
    answer = look().json()
    assert (answer["status"], answer["degraded"]) == ("degraded", ["workers"])
    assert answer["workers"] == {"alive": 0, "able": 0, "callers": 1, "unserved": ["gpu"]}
    ImageModel.objects.update(provider="openai")
    assert look().json()["status"] == "ok"
    Worker.objects.update(lanes="gpu")
    assert look().json()["workers"] == {
        "alive": 1,
        "able": 1,
        "callers": 0,
        "unserved": ["remote"],
    }


def broken():
    raise DatabaseError("password=hunter2 at 10.0.0.7")


@pytest.mark.parametrize("part", ["database", "broker", "storage"])
def test_a_part_that_is_down_is_named_and_its_secrets_are_not(worker, monkeypatch, part):
    monkeypatch.setitem(parts.CHECKS, part, broken)
    response = look()
    assert response.status_code == 503
    answer = response.json()
    assert (answer["status"], answer["degraded"]) == ("down", [part])
    assert answer[part]["ok"] is False
    assert "hunter2" not in response.content.decode()


@pytest.fixture
def hang():
    """A part that answers only when the test is over, and how often it was asked."""
    over, asked = threading.Event(), []

    def hang():
        asked.append(1)
        over.wait(60)
        return {}

    hang.asked = asked
    yield hang
    over.set()
    for future in list(parts._asking.values()):
        future.exception(60)  # the next test asks the real part


def test_a_part_that_hangs_is_reported_and_not_waited_for(worker, monkeypatch, hang):
    monkeypatch.setattr(parts, "LIMIT", 0.5)
    monkeypatch.setitem(parts.CHECKS, "storage", hang)
    response = look()
    assert not parts._asking["storage"].done()
    assert response.status_code == 503
    assert "storage" in response.json()["degraded"]


def test_who_looks_often_does_not_ask_a_hanging_part_again(monkeypatch, hang):
    monkeypatch.setattr(parts, "LIMIT", 0.05)
    monkeypatch.setitem(parts.CHECKS, "broker", hang)
    for _ in range(5):
        look()
    assert len(hang.asked) == 1


def test_it_leaves_no_files_behind(settings):
    look()
    assert not list(settings.MEDIA_ROOT.glob("health*"))


def test_a_broker_that_can_not_be_reached_is_down(worker, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    from pixazo.redis import connection

    connection.cache_clear()
    try:
        assert look().json()["degraded"] == ["broker"]
    finally:
        connection.cache_clear()


def test_no_session_and_no_key_is_looked_at():
    response = Client(headers={"X-Api-Key": "nonsense"}).get("/api/health")
    assert response.status_code == 200
