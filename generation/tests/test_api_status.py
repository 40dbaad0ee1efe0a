import base64
import hashlib
from uuid import UUID

import pytest
from django.test import Client

from generation.models import Image, Job
from generation.models.states import FINAL, JOB_WORDS
from generation.tests.engine import ask, claim, draw, draw_all
from generation.tests.programs import key_client
from workspaces.models import Membership

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def picture(studio, painter):
    ask(studio, painter, prompt="A red house, at night", seed=7)
    draw_all()
    return Image.objects.get()


def status_of(client, job):
    response = client.get(f"/api/status/{job.pk}")
    assert response.status_code == 200
    return response.json()


# --- The table of C03 ---


def test_every_state_has_a_word():
    assert set(JOB_WORDS) == set(Job.State.values)
    assert set(JOB_WORDS.values()) == {"PENDING", "PROCESSING", "COMPLETED", "FAILED"}


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("queued", "PENDING"),
        ("preparing", "PROCESSING"),
        ("running", "PROCESSING"),
        ("saving", "PROCESSING"),
        ("succeeded", "COMPLETED"),
        ("failed", "FAILED"),
        ("cancelled", "FAILED"),
        ("blocked", "FAILED"),
        ("expired", "FAILED"),
    ],
)
def test_the_status_is_said_in_the_words_of_the_sources(program, studio, painter, state, word):
    job = ask(studio, painter).jobs.get()
    Job.objects.update(state=state)
    answer = status_of(program, job)
    assert (answer["status"], answer["state"]) == (word, state)
    assert bool(answer["error"]) == (word == "FAILED")


# --- One job on its way ---


def test_a_waiting_job_says_its_place(program, studio, painter):
    first, second = ask(studio, painter, count=2).jobs.order_by("index")
    assert status_of(program, first)["position"] == 1
    answer = status_of(program, second)
    assert answer["position"] == 2
    assert answer["progress"] == {"step": 0, "steps": 4, "percent": 0}
    assert answer["image_url"] is None
    assert answer["completed_at"] is None


def test_a_job_being_drawn_says_its_step(program, studio, painter):
    ask(studio, painter)
    (job,) = claim()
    job.start_drawing()
    job.note_step(3)
    answer = status_of(program, job)
    assert (answer["status"], answer["state"]) == ("PROCESSING", "running")
    assert answer["progress"] == {"step": 3, "steps": 4, "percent": 75}
    assert answer["position"] is None
    assert answer["started_at"]


def test_only_a_kept_picture_is_a_hundred_percent(program, studio, painter):
    ask(studio, painter)
    (job,) = claim()
    job.start_drawing()
    job.start_saving()
    assert status_of(program, job)["progress"]["percent"] == 99


def test_a_finished_job_links_its_picture(program, picture):
    answer = status_of(program, picture.job)
    assert answer["status"] == "COMPLETED"
    assert answer["progress"]["percent"] == 100
    assert answer["image_id"] == str(picture.pk)
    assert program.get(answer["image_url"]).status_code == 200
    assert answer["prompt"] == "A red house, at night"
    assert answer["settings"]["seed"] == 7
    assert answer["model"] == "painter"
    assert answer["created_at"] <= answer["started_at"] <= answer["completed_at"]


def test_a_failed_job_says_why_but_not_what_the_machine_said(program, studio, painter):
    ask(studio, painter)
    (job,) = claim()
    job.fail("out_of_memory", "The picture was too large for this machine.", "Traceback: /srv/x")
    answer = status_of(program, job)
    assert answer["error"] == {
        "code": "out_of_memory",
        "message": "The picture was too large for this machine.",
    }
    assert "Traceback" not in str(answer)


def test_a_picture_in_the_trash_is_no_longer_linked(program, picture):
    picture.trash()
    answer = status_of(program, picture.job)
    assert answer["status"] == "COMPLETED"
    assert answer["image_id"] is answer["image_url"] is None


# --- Cancel ---


def test_cancelling_ends_a_waiting_job(program, studio, painter):
    job = ask(studio, painter).jobs.get()
    answer = program.post(f"/api/jobs/{job.pk}/cancel").json()
    assert (answer["status"], answer["state"]) == ("FAILED", "cancelled")
    assert answer["error"]["code"] == "cancelled"


def test_cancelling_ends_a_job_that_is_being_drawn(program, studio, painter):
    ask(studio, painter)
    (job,) = claim()
    assert program.post(f"/api/jobs/{job.pk}/cancel").json()["state"] == "cancelled"
    draw([job])
    assert not Image.objects.exists()


def test_cancelling_twice_or_too_late_changes_nothing(program, picture):
    for _ in range(2):
        response = program.post(f"/api/jobs/{picture.job_id}/cancel")
        assert response.status_code == 200
        assert response.json()["state"] == "succeeded"


def test_an_editor_cancels_what_is_theirs_and_the_owner_everything(
    program, studio, painter, alice, bob
):
    of_alice = ask(studio, painter).jobs.get()
    of_bob = ask(studio, painter, author=bob).jobs.get()
    assert key_client(bob).post(f"/api/jobs/{of_alice.pk}/cancel").status_code == 403
    assert program.post(f"/api/jobs/{of_bob.pk}/cancel").json()["state"] == "cancelled"


def test_who_may_only_look_can_read_but_not_cancel(studio, painter, charlie):
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    job = ask(studio, painter).jobs.get()
    viewer = key_client(charlie)
    assert status_of(viewer, job)["state"] == "queued"
    assert viewer.post(f"/api/jobs/{job.pk}/cancel").status_code == 403
    job.refresh_from_db()
    assert job.state not in FINAL


# --- The picture ---


def test_the_picture_is_a_private_png(program, picture):
    response = program.get(f"/api/image/{picture.pk}")
    assert response.content.startswith(PNG)
    assert hashlib.sha256(response.content).hexdigest() == picture.sha256
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Disposition"].startswith("inline; ")


def test_a_browser_that_has_it_is_not_sent_it_again(program, picture):
    etag = program.get(f"/api/image/{picture.pk}")["ETag"]
    again = program.get(f"/api/image/{picture.pk}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    small = f"/api/image/{picture.pk}?size=small"
    assert program.get(small, headers={"If-None-Match": etag}).status_code == 200


def test_what_was_deleted_is_gone_for_browsers_that_have_it_too(program, picture):
    etag = program.get(f"/api/image/{picture.pk}")["ETag"]
    picture.trash()
    again = program.get(f"/api/image/{picture.pk}", headers={"If-None-Match": etag})
    assert again.status_code == 404


@pytest.mark.parametrize("size", ["small", "medium"])
def test_smaller_renditions_are_webp(program, picture, size):
    response = program.get(f"/api/image/{picture.pk}?size={size}")
    assert response["Content-Type"] == "image/webp"
    assert response.content[8:12] == b"WEBP"


def test_a_download_is_named_after_its_words(program, picture):
    response = program.get(f"/api/image/{picture.pk}?download=1")
    name = f"a-red-house-at-night-{picture.pk.hex[-8:]}.png"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    "options", [{"data": {"format": "base64"}}, {"headers": {"Accept": "application/json"}}]
)
def test_it_comes_as_base64_on_request(program, picture, options):
    response = program.get(f"/api/image/{picture.pk}", **options)
    answer = response.json()
    file = base64.b64decode(answer.pop("base64"))
    assert hashlib.sha256(file).hexdigest() == picture.sha256
    assert answer == {
        "image_id": str(picture.pk),
        "mime_type": "image/png",
        "size": "original",
        "width": 64,
        "height": 64,
        "recipe_hash": picture.recipe_hash,
        "verdict": None,
        "kept_until": None,
    }
    assert response["Cache-Control"] == "no-store"
    assert "Accept" in response["Vary"]


@pytest.mark.parametrize("accept", ["*/*", "image/png", "image/*", "text/html,*/*;q=0.8"])
def test_who_does_not_ask_for_json_gets_the_file(program, picture, accept):
    response = program.get(f"/api/image/{picture.pk}", headers={"Accept": accept})
    assert response.content.startswith(PNG)


@pytest.mark.parametrize("query", ["size=huge", "size=../x", "format=gif"])
def test_what_it_can_not_be_is_refused_in_words(program, picture, query):
    response = program.get(f"/api/image/{picture.pk}?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["message"].endswith(".")


def test_a_front_server_is_told_which_file_to_send(program, picture, settings):
    settings.MEDIA_ACCEL = "/media-internal/"
    response = program.get(f"/api/image/{picture.pk}")
    assert response["X-Accel-Redirect"] == f"/media-internal/{picture.original}"
    assert response["Content-Type"] == "image/png"
    assert response.content == b""


def test_a_client_can_not_choose_the_file_that_a_front_server_sends(program, picture):
    forged = {"X-Accel-Redirect": "/etc/passwd", "X-Sendfile": "/etc/passwd"}
    response = program.get(f"/api/image/{picture.pk}", headers=forged)
    assert response.content.startswith(PNG)
    assert "X-Accel-Redirect" not in response


def test_a_file_that_was_lost_is_a_404_and_no_crash(program, picture, settings):
    (settings.MEDIA_ROOT / picture.original).unlink()
    assert program.get(f"/api/image/{picture.pk}").status_code == 404


# --- Whose it is ---

DOORS = [
    ("get", "/api/status/{job}"),
    ("post", "/api/jobs/{job}/cancel"),
    ("get", "/api/image/{image}"),
    ("get", "/api/image/{image}?size=small"),
    ("get", "/api/image/{image}?format=base64"),
]


@pytest.mark.parametrize(("method", "address"), DOORS)
def test_strangers_see_nothing_and_learn_nothing(picture, charlie, method, address):
    stranger = key_client(charlie)
    theirs = address.format(job=picture.job_id, image=picture.pk)
    nobodys = address.format(job=UUID(int=7 << 76), image=UUID(int=7 << 76))
    answers = [getattr(stranger, method)(each) for each in (theirs, nobodys)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(("method", "address"), DOORS)
def test_without_a_key_there_is_a_401(picture, method, address):
    address = address.format(job=picture.job_id, image=picture.pk)
    assert getattr(Client(), method)(address).status_code == 401


@pytest.mark.parametrize(("method", "address"), DOORS)
def test_who_left_the_workspace_sees_nothing_more(picture, studio, bob, method, address):
    program = key_client(bob)
    Membership.objects.filter(workspace=studio, user=bob).delete()
    address = address.format(job=picture.job_id, image=picture.pk)
    assert getattr(program, method)(address).status_code == 404


@pytest.mark.parametrize(("method", "address"), DOORS)
def test_what_is_in_the_trash_is_not_there(program, picture, method, address):
    picture.job.batch.trash()
    address = address.format(job=picture.job_id, image=picture.pk)
    assert getattr(program, method)(address).status_code == 404


@pytest.mark.parametrize(("method", "address"), DOORS)
@pytest.mark.parametrize("garbage", ["nonsense", "1", "..%2f..%2fetc", "%00", "a" * 5000])
def test_garbage_in_place_of_an_id_is_a_404(program, method, address, garbage):
    response = getattr(program, method)(address.format(job=garbage, image=garbage))
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_ids_of_one_kind_do_not_open_doors_of_another(program, picture):
    assert program.get(f"/api/status/{picture.pk}").status_code == 404
    assert program.get(f"/api/image/{picture.job_id}").status_code == 404
