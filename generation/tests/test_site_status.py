"""The public status page: what is really so, also without the database, and nothing private."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils.timezone import now

from generation import parts, site_status
from generation.models import ImageModel, Job, Service, Worker
from generation.tests.engine import ask, draw_all

# The parts are asked in threads, which see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def anew(monkeypatch):
    # A machine that tests are run on has more to do.
    monkeypatch.setattr(parts, "LIMIT", 60.0)
    site_status.forget()
    yield
    site_status.forget()


@pytest.fixture
def worker():
    return Worker.objects.create(
        name="gpu0@secret-host:4711",
        lanes="gpu,remote",  # what the tests' own models are of, too
        device="NVIDIA H100 80GB",
        seen=now(),
    )


def told(client=None):
    site_status.forget()
    answer = (client or Client()).get("/status.json").json()
    return answer["status"], {part["name"]: part for part in answer["parts"]}


def test_all_is_well(worker):
    state, part = told()
    assert state == "ok"
    assert part["drawing"]["devices"] == {"GPU": 1}
    assert part["drawing"]["message"].endswith("GPU), 0 busy. Nothing waits.")
    page = Client().get("/status/").content.decode()
    assert "Everything works" in page
    assert "GPU" in page


def test_a_worker_that_has_drawn_nothing_yet_is_on_no_device(worker):
    Worker.objects.update(device="")
    _, part = told()
    assert part["drawing"]["devices"] == {}
    assert part["drawing"]["message"].startswith("1 worker is ready, 0 busy.")
    Worker.objects.update(device="cpu")
    assert told()[1]["drawing"]["devices"] == {"CPU": 1}


def test_programs_may_ask_the_page_itself(worker):
    answer = Client().get("/status/", headers={"Accept": "application/json"})
    assert answer.json()["status"] == "ok"
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_private_is_told(worker, studio, painter):
    ask(studio, painter, prompt="a secret fox")
    for address in ("/status/", "/status.json"):
        text = Client().get(address).content.decode().lower()
        assert not [
            word for word in ("secret", "h100", "alice", "painter", "studio") if word in text
        ]


def test_without_a_worker_pictures_wait(studio, painter):
    ask(studio, painter, count=2)
    state, part = told()
    assert (state, part["drawing"]["status"]) == ("down", "down")
    assert part["drawing"]["waiting"] == 2
    assert "No worker is running" in part["drawing"]["message"]


def test_callers_draw_nothing_where_no_service_is_set_up(studio, painter):
    Worker.objects.create(name="remote", lanes="remote", seen=now())
    ask(studio, painter)
    ImageModel.objects.update(provider="diffusers")
    Job.objects.update(lane="gpu")
    state, part = told()
    assert (state, part["drawing"]["unserved"]) == ("down", ["gpu"])
    assert part["drawing"]["workers"] == {"alive": 0, "able": 0, "callers": 1}
    page = Client().get("/status/").content.decode()
    assert "No worker is running. What is asked for waits until one starts. 1 picture waits" in page


def test_each_lane_that_nobody_serves_is_said(worker, painter):
    Worker.objects.update(lanes="gpu")
    ImageModel.objects.update(provider="diffusers")
    far = Service.objects.create(slug="far", name="Far", kind="openai", base_url="https://x.org")
    ImageModel.objects.create(slug="far", name="Far", provider="openai", service=far, address="far")
    state, part = told()
    assert (state, part["drawing"]["unserved"]) == ("degraded", ["remote"])
    assert "Nobody asks the services" in part["drawing"]["message"]
    Worker.objects.update(lanes="remote")
    state, part = told()
    assert (state, part["drawing"]["unserved"]) == ("degraded", ["gpu"])
    assert "No worker draws here" in part["drawing"]["message"]
    Worker.objects.create(name="gpu1", lanes="gpu", seen=now())
    assert told()[0] == "ok"


def test_a_worker_whose_device_was_lost_does_not_count(worker):
    Worker.objects.create(name="b", lanes="gpu", device="cpu", trouble="Lost.", seen=now())
    state, part = told()
    assert state == "degraded"
    assert part["drawing"]["workers"] == {"alive": 2, "able": 1, "callers": 0}


def test_a_worker_that_is_not_seen_any_more_is_none(worker):
    Worker.objects.update(seen=now() - timedelta(minutes=1))
    assert told()[1]["drawing"]["status"] == "down"


def test_a_long_line_is_no_good_state(worker, studio, painter):
    ask(studio, painter)
    assert told()[0] == "ok"
    Job.objects.update(waiting_since=now() - timedelta(minutes=6))
    state, part = told()
    assert state == "degraded"
    assert "1 picture waits, the first for 6 min." in part["drawing"]["message"]


def test_many_failures_are_said(worker, studio, painter, monkeypatch):
    monkeypatch.setattr(site_status, "FEWEST_ENDS", 2)
    ask(studio, painter, count=2)
    draw_all()
    assert told()[0] == "ok"
    Job.objects.filter(pk=Job.objects.first().pk).update(state="failed")
    state, part = told()
    assert (state, part["drawing"]["failed_lately"]) == ("degraded", 1)
    Job.objects.update(finished=now() - timedelta(hours=1))
    assert told()[0] == "ok"


def test_what_nobody_picks_up_again_is_said(worker, studio, painter):
    ask(studio, painter)
    Job.objects.update(state="running", lease_until=now() - timedelta(minutes=3))
    state, part = told()
    assert (state, part["housekeeping"]["status"]) == ("degraded", "degraded")


def test_services_are_told_as_their_latest_calls_fared(worker):
    service = Service.objects.create(
        slug="far", name="Far", kind="openai", base_url="https://x.org"
    )
    assert "service:far" not in told()[1]  # no model uses it
    ImageModel.objects.create(
        slug="far", name="Far", provider="openai", service=service, address="far"
    )
    assert told()[1]["service:far"]["status"] == "ok"
    Service.objects.update(trouble="Key abc was refused.")
    part = told()[1]["service:far"]
    assert part["status"] == "degraded"
    assert "abc" not in part["message"]
    Service.objects.update(closed_until=now() + timedelta(seconds=30))
    assert "asked again" in told()[1]["service:far"]["message"]


@pytest.mark.parametrize("part", ["database", "storage"])
def test_a_part_that_does_not_work_is_named(worker, monkeypatch, part):
    def broken():
        raise DatabaseError("password=hunter2")

    monkeypatch.setitem(parts.CHECKS, part, broken)
    state, found = told()
    assert (state, found[part]["status"]) == ("down", "down")
    assert "hunter2" not in str(found)


def test_where_no_picture_is_begun_for_want_of_room_it_says_so(worker, monkeypatch):
    """As the studio does: a little can be written still."""
    assert told()[1]["storage"]["status"] == "ok"
    disk = {"f_blocks": 10_000, "f_frsize": 4096, "f_bavail": 1, "f_flag": 0}
    monkeypatch.setattr("generation.room.os.statvfs", lambda path: SimpleNamespace(**disk))
    state, part = told()
    assert (state, part["storage"]["status"]) == ("down", "down")
    assert part["storage"]["message"].startswith("Pictures can't be stored at present.")


def test_it_answers_without_its_database(as_alice, monkeypatch):
    def gone(*args, **kwargs):
        raise DatabaseError("gone")

    for name in ("database", "drawing", "services"):
        monkeypatch.setitem(parts.CHECKS, name, gone)
    # Whoever asks who reads, or what they prefer, asks the database.
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", gone)
    page = as_alice.get("/status/", headers={"Sec-Fetch-Dest": "document"})
    assert page.status_code == 200
    assert "Something is down" in page.content.decode()


def test_who_looks_often_does_not_ask_the_parts_again(worker, monkeypatch):
    monkeypatch.setattr(site_status, "KEPT_SECONDS", 10**9)
    asked = []
    monkeypatch.setattr(parts, "ask", lambda names, ask=parts.ask: asked.append(1) or ask(names))
    for _ in range(5):
        assert Client().get("/status.json").status_code == 200
    assert len(asked) == 1
