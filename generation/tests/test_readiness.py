"""Whether people may be sent to a process: /healthz, /readyz and who may see why not."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils.timezone import now

from generation import parts
from generation.models import Job, Worker
from generation.storage import DurableStorage
from generation.tests.engine import ask
from generation.watching import readiness
from pixazo import landmarks
from pixazo.draining import drain
from pixazo.models import Landmark

# The parts are asked in threads, which see only what is committed.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(parts, "_stored", -float("inf"))
    # A machine that tests are run on has more to do.
    monkeypatch.setattr(parts, "LIMIT", 60.0)
    monkeypatch.setattr(readiness, "DATABASE_SECONDS", 60.0)


@pytest.fixture
def worker():
    return Worker.objects.create(name="gpu@host-123456:4711", lanes="gpu", seen=now())


@pytest.fixture
def painter(painter):
    """A model that is drawn here; these tests draw nothing."""
    painter.provider = "diffusers"
    painter.save()
    return painter


def look(client=None, **headers):
    """From this machine, unless the headers say otherwise."""
    answer = (client or Client()).get("/readyz", headers={"Host": "localhost:8000", **headers})
    return answer.status_code, answer.json()


def checks():
    return look()[1]["checks"]


def test_all_is_well(worker):
    code, told = look()
    assert (code, told["status"]) == (200, "ok")
    assert {name for name, check in told["checks"].items() if check["status"] != "ok"} == set()
    assert set(told["checks"]) == {
        *("database", "migrations", "clock", "queue", "workers"),
        *("storage", "broker", "disk_data", "disk_media"),
    }


def test_alive_touches_nothing(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(parts, "_ask", None)
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_database_that_is_away_is_told_within_a_second(worker, monkeypatch):
    def away():
        raise DatabaseError("no route to db.internal")

    monkeypatch.setattr(readiness, "rows", away)
    code, told = look()
    assert (code, told["status"]) == (503, "unready")
    assert told["checks"]["database"]["status"] == "unready"
    assert "db.internal" not in str(told)

    monkeypatch.setattr(readiness, "rows", lambda: time.sleep(3))
    monkeypatch.setattr(readiness, "DATABASE_SECONDS", 0.2)
    assert "0.2 seconds" in checks()["database"]["message"]


def test_a_schema_that_is_behind_is_not_ready(worker, monkeypatch):
    known = readiness._last_migrations() | {("generation", "9999_tomorrow")}
    monkeypatch.setattr(readiness, "_last_migrations", lambda: known)
    assert look()[0] == 503
    assert checks()["migrations"]["missing"] == ["generation.9999_tomorrow"]


def test_storage_is_written_and_read_again(worker, monkeypatch):
    class Forgets(DurableStorage):
        def _open(self, name, mode="rb"):
            file = super()._open(name, mode)
            file.read = lambda: b""
            return file

    from django.conf import settings

    monkeypatch.setattr(parts, "default_storage", Forgets(location=settings.MEDIA_ROOT))
    code, told = look()
    assert (code, told["checks"]["storage"]["status"]) == (503, "unready")


def test_without_redis_or_workers_it_serves_on(monkeypatch):
    def away():
        raise ConnectionError

    monkeypatch.setitem(parts.CHECKS, "broker", away)
    code, told = look()
    assert (code, told["status"]) == (200, "degraded")
    assert told["checks"]["broker"]["status"] == "degraded"
    assert told["checks"]["workers"] == {
        "status": "degraded",
        "seen": 0,
        "able": 0,
        "callers": 0,
        "unserved": ["gpu"],
    }


def test_callers_of_services_stand_for_nobody_who_draws(painter, studio):
    Worker.objects.create(name="remote@host-123456:1", lanes="remote", seen=now())
    ask(studio, painter)
    code, told = look()
    assert (code, told["status"]) == (200, "degraded")
    assert told["checks"]["workers"] == {
        "status": "degraded",
        "seen": 0,
        "able": 0,
        "callers": 1,
        "unserved": ["gpu"],
    }
    Worker.objects.create(name="gpu@host-123456:2", lanes="gpu", seen=now())
    assert look()[1]["status"] == "ok"
    Job.objects.update(lane="remote")
    assert look()[1]["status"] == "ok"
    Worker.objects.filter(lanes="remote").update(trouble="Lost.")
    assert checks()["workers"]["unserved"] == ["remote"]


def test_a_worker_counts_for_half_a_minute(worker):
    Worker.objects.update(seen=now() - timedelta(seconds=15))
    assert checks()["workers"]["seen"] == 1
    Worker.objects.update(seen=now() - timedelta(seconds=35))
    assert checks()["workers"]["seen"] == 0


def test_a_full_disk_is_not_ready(worker, monkeypatch):
    full = SimpleNamespace(total=1000, free=49)
    monkeypatch.setattr("generation.watching.readiness.shutil.disk_usage", lambda folder: full)
    assert look()[0] == 503
    assert checks()["disk_media"] == {"status": "unready", "free_percent": 4.9}


def test_a_clock_that_differs_from_the_databases_is_not_ready(worker, monkeypatch):
    for seconds, code in ((4, 200), (60, 503), (-60, 503)):
        at = now() + timedelta(seconds=seconds)
        monkeypatch.setattr(readiness, "now", lambda at=at: at)
        assert look()[0] == code, seconds


def test_what_waits_for_long_is_told(worker, studio, painter):
    ask(studio, painter)
    queue = checks()["queue"]
    assert (queue["status"], queue["waiting"]) == ("ok", 1)
    assert 0 <= queue["oldest_seconds"] < 60
    Job.objects.update(waiting_since=now() - timedelta(minutes=6))
    queue = checks()["queue"]
    assert queue["status"] == "degraded"
    assert 355 < queue["oldest_seconds"] < 420


def test_a_backup_that_is_old_is_told_where_there_ever_was_one(worker):
    assert "backup" not in checks()
    landmarks.reach(landmarks.BACKUP)
    assert checks()["backup"] == {"status": "ok", "age_hours": 0.0}
    Landmark.objects.update(at=now() - timedelta(hours=27))
    code, told = look()
    assert (code, told["status"], told["checks"]["backup"]["age_hours"]) == (200, "degraded", 27.0)


def test_a_process_that_ends_says_so_at_once(worker, monkeypatch):
    monkeypatch.setattr(parts, "ask", None)
    monkeypatch.setattr(drain, "is_begun", True)
    assert look() == (
        503,
        {"status": "unready", "checks": {"draining": {"status": "unready"}}},
    )
    assert Client().get("/healthz").status_code == 200


def test_strangers_learn_no_more_than_whether(worker, settings):
    for headers in (
        {"Host": "pixazo.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Authorization": "Bearer "},
    ):
        told = look(**headers)[1]
        assert set(told) <= {"status"} or headers == {"Authorization": "Bearer "}
    assert set(look(Client(REMOTE_ADDR="203.0.113.7"))[1]) == {"status"}
    settings.WATCH_TOKEN = "abc"
    afar = Client(REMOTE_ADDR="203.0.113.7")
    assert set(look(afar, Authorization="Bearer abd")[1]) == {"status"}
    assert set(look(afar, Authorization="Bearer ")[1]) == {"status"}
    assert "checks" in look(afar, Authorization="Bearer abc", Host="pixazo.example")[1]


def test_it_answers_whatever_the_sites_name_is_and_without_https(worker, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["pixazo.example"]
    for address in ("/healthz", "/readyz"):
        answer = Client().get(address, headers={"Host": "10.0.0.7:8000"})
        assert answer.status_code == 200
        assert Client().post(address).status_code == 405


def test_first_times_at_once_are_all_counted(monkeypatch):
    # Another one's row comes between the look and the insert.
    landmarks.reach(landmarks.DEAF)
    counted = landmarks._counted
    blind = [False]

    def late(name):
        if not blind[0]:
            blind[0] = True
            return False
        return counted(name)

    monkeypatch.setattr(landmarks, "_counted", late)
    landmarks.reach(landmarks.DEAF)
    assert landmarks.reached()[landmarks.DEAF].count == 2
