"""Dragon Wings' doors (S309-S313), as its clients know them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ApiKey
from billing.models import Hold
from generation.models import Batch, Job, Lora
from generation.models.states import JOB_WORDS
from generation.tests import alias_shapes as shapes
from generation.tests.aliases import call, said
from generation.tests.engine import ask, draw_all
from generation.tests.pictures_for_tests import as_bytes, picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HERE = "/dragon-wings/api"


def file(name="fox.png"):
    return SimpleUploadedFile(name, as_bytes(picture(64, 64)), "image/png")


def test_who_looks_without_a_key_sees_what_works(client):
    said(client.get("/dragon-wings/"), shapes.DRAGON_ROOT)
    answer = client.get(f"{HERE}/health")
    assert answer.status_code == 200
    assert shapes.misfit(answer.json(), shapes.DRAGON_HEALTH) == ""


def test_models_and_loras(program, editor):
    known = said(program.get(f"{HERE}/models"), shapes.DRAGON_MODELS)
    assert known["models"]["painter"]["img2img"] is True
    fields = {"name": "Ink", "file": "/loras/ink.safetensors"}
    Lora.objects.create(slug="ink", family="sdxl", **fields)
    Lora.objects.create(slug="oil", family="sd15", **fields)
    for base in (HERE, "/api"):
        assert said(program.get(f"{base}/loras"), shapes.DRAGON_LORAS)["count"] == 2
        fitting = said(program.get(f"{base}/loras?model_key=painter"), shapes.DRAGON_LORAS)
        assert list(fitting["loras"]) == ["ink"]
        assert program.get(f"{base}/loras?model_key=nothing").json()["count"] == 0
        said(program.get(f"{base}/loras/ink"), shapes.DRAGON_LORA)
        said(program.get(f"{base}/loras/none"), shapes.DETAIL, 404)
    # Where its file lies is the site's affair.
    assert "safetensors" not in program.get(f"{HERE}/loras").content.decode()


def test_a_picture_from_text_is_ordered_and_followed(program, editor):
    sent = {"prompt": "a fox", "model_key": "painter", "seed": 42}
    made = said(call(program, "post", f"{HERE}/generate", sent), shapes.DRAGON_GENERATE)
    assert (made["status"], made["seed"]) == ("pending", 42)
    where = f"{HERE}/status/{made['job_id']}"
    assert said(program.get(where), shapes.DRAGON_STATUS)["progress_percent"] == 0
    draw_all()
    done = said(program.get(where), shapes.DRAGON_STATUS)
    assert (done["status"], done["progress_percent"]) == ("completed", 100)
    assert program.get(done["image_url"])["Content-Type"] == "image/png"


def test_the_sources_default_model_need_not_be_here(program, painter):
    said(call(program, "post", f"{HERE}/generate", {"prompt": "a fox"}), shapes.DRAGON_GENERATE)
    named = {"prompt": "a fox", "model_key": "sd-v1-5"}
    said(call(program, "post", f"{HERE}/generate", named), shapes.DETAILS, 422)
    painter.slug = "sd15"
    painter.save()
    said(call(program, "post", f"{HERE}/generate", named), shapes.DRAGON_GENERATE)


@pytest.mark.parametrize("state", Job.State.values)
def test_a_status_in_its_small_words(program, studio, painter, state):
    job = ask(studio, painter).jobs.get()
    Job.objects.update(state=state)
    answer = said(program.get(f"{HERE}/status/{job.pk}"), shapes.DRAGON_STATUS)
    assert answer["status"] == JOB_WORDS[state].lower()


@pytest.mark.parametrize("base", [HERE, "/api"])
def test_from_a_picture_and_into_a_picture(program, editor, base):
    sent = {"prompt": "a fox", "model_key": "painter", "num_inference_steps": "4"}
    made = program.post(f"{base}/generate_img2img", sent | {"init_image": file()})
    said(made, shapes.DRAGON_GENERATE)
    batch = Batch.objects.get()
    assert (batch.mode, batch.strength, batch.num_inference_steps) == ("image", 0.75, 4)
    Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/loras/ink.safetensors")
    more = {
        "init_image": file(),
        "mask_image": file("mask.png"),
        "strength": "0.5",
        "blur_mask": "true",
        "blur_factor": "33",
        "loras": json.dumps([{"key": "ink", "weight": 0.8}]),
    }
    said(program.post(f"{base}/generate_inpaint", sent | more), shapes.DRAGON_GENERATE)
    batch = Batch.objects.first()
    assert (batch.mode, batch.strength) == ("inpaint", 0.5)
    assert batch.loras == [{"lora": "ink", "weight": 0.8}]
    assert sorted(batch.inputs.values_list("role", flat=True)) == ["mask", "source"]


def test_bad_input_is_said_as_fastapi_says_it(program, editor):
    cases = [
        ("generate", {}, "prompt"),
        ("generate", {"prompt": "x", "width": 67}, "width"),
        ("generate", {"prompt": "x", "num_inference_steps": "many"}, "num_inference_steps"),
        ("generate", {"prompt": "x", "loras": "nonsense"}, "loras"),
        ("generate_img2img", {"prompt": "x"}, "init_image"),
        ("generate_inpaint", {"prompt": "x", "init_image": "image:1"}, "mask_image"),
        ("generate", {"prompt": "x", "blur_factor": 101}, "blur_factor"),
    ]
    for door, sent, field in cases:
        answer = said(call(program, "post", f"{HERE}/{door}", sent), shapes.DETAILS, 422)
        assert answer["detail"][0]["loc"] == ["body", field], door
    assert not Batch.objects.exists()


def test_a_repeat_charges_once_and_a_key_needs_its_scope(program, painter, alice, as_charlie):
    once = {"Idempotency-Key": "once"}
    one, two = (
        call(program, "post", f"{HERE}/generate", {"prompt": "a fox"}, **once).json()
        for _each in range(2)
    )
    assert one["job_id"] == two["job_id"]
    assert Hold.objects.count() == 1
    said(call(Client(), "post", f"{HERE}/generate", {"prompt": "x"}), shapes.DETAIL, 401)
    _row, key = ApiKey.issue(alice, "Reader", scopes=["read"])
    reader = Client(headers={"Authorization": f"Bearer {key}"})
    said(call(reader, "post", f"{HERE}/generate", {"prompt": "x"}), shapes.DETAIL, 403)
    said(as_charlie.get(f"{HERE}/status/{one['job_id']}"), shapes.DETAIL, 404)
