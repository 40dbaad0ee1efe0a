"""Grok-Api's two doors (S043, S044): their words, their shapes, our permissions and prices."""

import threading

import pytest
from django.test import Client

from accounts.models import ApiKey
from billing.models import Hold
from generation import awaiting
from generation.models import Batch, Job
from generation.tests import alias_shapes as shapes
from generation.tests.aliases import call, said
from generation.tests.engine import draw_all

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SDXL, FLUX = "/v1/generate/sdxl", "/v1/generate/flux"


@pytest.fixture(autouse=True)
def no_wait(settings):
    settings.WAITING_SECONDS = 0


@pytest.fixture
def sdxl(painter):
    painter.family = "sdxl"
    painter.save()
    return painter


def test_what_is_not_there_yet_is_named_by_its_job(program, sdxl):
    answer = said(call(program, "post", SDXL, {"prompt": "a fox"}), shapes.GROK_WAITS, 202)
    job = Job.objects.get()
    assert answer["job_id"] == str(job.pk)
    assert program.get(answer["status_url"]).json()["job_id"] == answer["job_id"]
    # The source's 768 by 1024 and 20 steps, as near as this model comes to them.
    limits = sdxl.contract
    width, steps = limits["width"].nearest(768), limits["num_inference_steps"].nearest(20)
    assert (job.batch.width, job.batch.num_inference_steps) == (width, steps)


def test_it_waits_for_the_picture(program, sdxl, monkeypatch, settings):
    settings.WAITING_SECONDS = 30
    monkeypatch.setattr(awaiting, "sleep", lambda seconds: draw_all())
    sent = {"prompt": "a fox", "num_steps": 3, "seed": 7, "negative_prompt": "text"}
    answer = said(call(program, "post", SDXL, sent), shapes.GROK_DONE)
    assert answer["parameters"]["seed"] == 7
    assert answer["parameters"]["num_steps"] == 3
    assert program.get(answer["image_url"])["Content-Type"] == "image/png"
    # Minus one is chance; and what failed says so with a sentence.
    monkeypatch.setattr(
        awaiting, "sleep", lambda seconds: [job.cancel() for job in Job.objects.unfinished()]
    )
    gone = said(call(program, "post", SDXL, {"prompt": "x", "seed": -1}), shapes.DETAIL, 502)
    assert gone["detail"]


def test_a_key_of_one_door_is_no_key_of_the_other(program, sdxl):
    once = {"Idempotency-Key": "once"}
    one, two = (call(program, "post", SDXL, {"prompt": "a fox"}, **once) for _ in range(2))
    assert one.json()["job_id"] == two.json()["job_id"]
    said(call(program, "post", FLUX, {"prompt": "a fox"}, **once), shapes.DETAIL, 422)
    assert Batch.objects.count() == 1


def test_waiting_is_bounded_in_time_and_in_number(studio, sdxl, monkeypatch, settings):
    from generation.tests.engine import ask

    batch = ask(studio, sdxl)
    slept = []
    monkeypatch.setattr(awaiting, "sleep", slept.append)
    monkeypatch.setattr(awaiting, "monotonic", lambda: 10.0 * len(slept))
    assert len(awaiting.await_jobs(batch.pk, 25)) == 1
    assert len(slept) == 3
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(awaiting, "_places", full)
    assert awaiting.await_jobs(batch.pk, 25)
    assert len(slept) == 3


def test_a_repeat_charges_once(program, sdxl, alice):
    headers = {"Idempotency-Key": "once"}
    one = call(program, "post", SDXL, {"prompt": "a fox"}, **headers).json()
    two = call(program, "post", SDXL, {"prompt": "a fox"}, **headers).json()
    assert one["job_id"] == two["job_id"]
    assert Batch.objects.count() == 1
    assert Hold.objects.count() == 1
    other = call(program, "post", SDXL, {"prompt": "a wolf"}, **headers)
    said(other, shapes.DETAIL, 422)


def test_the_key_is_looked_at_truly(program, sdxl, alice):
    for client in (Client(), Client(headers={"Authorization": "Bearer pxz_nonsense"})):
        said(call(client, "post", SDXL, {"prompt": "a fox"}), shapes.DETAIL, 401)
    _row, key = ApiKey.issue(alice, "Reader", scopes=["read"])
    reader = Client(headers={"Authorization": f"Bearer {key}"})
    said(call(reader, "post", SDXL, {"prompt": "a fox"}), shapes.DETAIL, 403)
    # A key of another service is no credential here, and in no answer.
    sent = {"prompt": "a fox", "pixazo_api_key": "sk-other"}
    answer = call(program, "post", SDXL, sent)
    assert "sk-other" not in answer.content.decode()
    assert not Job.objects.exclude(author_id=alice.pk).exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": "a fox", "width": "wide"}, "width"),
        ({"prompt": "a fox", "num_steps": 5000}, "num_steps"),
        ({"prompt": "a fox", "model": "nothing-of-that-name"}, "model"),
    ],
)
def test_bad_input_is_said_as_fastapi_says_it(program, sdxl, sent, field):
    answer = said(call(program, "post", SDXL, sent), shapes.DETAILS, 422)
    assert answer["detail"][0]["loc"] == ["body", field]
    assert not Batch.objects.exists()


def test_what_is_no_json_is_said_so(program, sdxl):
    answer = program.post(SDXL, "{", content_type="application/json")
    said(answer, shapes.DETAIL, 400)


def test_flux_needs_a_model_of_its_family(program, sdxl):
    said(call(program, "post", FLUX, {"prompt": "a fox"}), shapes.DETAIL, 503)
    sdxl.family = "flux2-klein"
    sdxl.contract_data |= {"guidance_scale": False}
    sdxl.save()
    answer = call(program, "post", FLUX, {"prompt": "a fox", "model": "flux"})
    assert said(answer, shapes.GROK_WAITS, 202)["model"] == "painter"
    # It has no use for guidance: the source's 8.0 is not pressed upon it.
    assert not Batch.objects.get().corrections


def test_the_answer_says_where_the_same_is_to_be_had(program, sdxl):
    answer = call(program, "post", SDXL, {"prompt": "a fox"})
    assert answer["Deprecation"].startswith("@")
    assert 'rel="successor-version"' in answer["Link"]
