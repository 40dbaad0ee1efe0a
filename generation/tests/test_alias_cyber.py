"""CyberImage's doors (S407-S411), as its clients know them; one of its jobs is one request."""

import pytest
from django.test import Client

from accounts.models import ApiKey
from billing.models import Hold
from generation.models import Batch, Job
from generation.tests import alias_shapes as shapes
from generation.tests.aliases import call, said
from generation.tests.engine import ask, claim, draw, draw_all

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HERE = "/cyberimage/api"


def order(client, headers=None, **fields):
    sent = {"model_id": "painter", "prompt": "a fox", "settings": {"num_images": 2}} | fields
    return call(client, "post", f"{HERE}/generate", sent, **(headers or {}))


def test_a_job_is_ordered_and_followed_to_its_pictures(program, painter):
    known = said(program.get(f"{HERE}/models"), shapes.CYBER_MODELS)
    assert known["default"] == "painter"
    made = said(order(program), shapes.CYBER_GENERATE)
    assert made["num_images"] == 2
    where = f"{HERE}/status/{made['job_id']}"
    waits = said(program.get(where), shapes.CYBER_STATUS)
    assert (waits["status"], waits["progress"]["preparing"]) == ("pending", True)
    jobs = claim()
    assert said(program.get(where), shapes.CYBER_STATUS)["status"] == "processing"
    draw(jobs)
    draw_all()
    done = said(program.get(where), shapes.CYBER_STATUS)
    assert (done["status"], len(done["images"])) == ("completed", 2)
    assert done["progress"]["step"] == done["progress"]["total_steps"]
    image = done["images"][1]["id"]
    fetched = program.get(f"{HERE}/get_image/{image}")
    assert fetched["Content-Type"] == "image/png"
    one = said(
        program.get(f"{HERE}/image/{image}/metadata"),
        shapes.CYBER_METADATA | {"generation_time": float},
    )
    assert (one["image_number"], one["total_images"]) == (2, 2)
    said(call(program, "delete", f"{HERE}/image/{image}"), shapes.CYBER_DELETED)
    said(call(program, "delete", f"{HERE}/image/{image}"), shapes.CYBER, 404)
    assert len(program.get(where).json()["images"]) == 1


@pytest.mark.parametrize(
    ("states", "word"),
    [
        (("queued", "queued"), "pending"),
        (("queued", "succeeded"), "processing"),
        (("running", "failed"), "processing"),
        (("succeeded", "failed"), "completed"),
        (("failed", "cancelled"), "failed"),
        (("blocked", "expired"), "failed"),
    ],
)
def test_a_jobs_word_is_that_of_all_its_pictures(program, studio, painter, states, word):
    batch = ask(studio, painter, count=2)
    for job, state in zip(batch.jobs.order_by("index"), states, strict=True):
        Job.objects.filter(pk=job.pk).update(state=state)
    answer = said(program.get(f"{HERE}/status/{batch.pk}"), shapes.CYBER_STATUS)
    assert answer["status"] == word
    assert bool(answer["error_message"]) == (word == "failed")


def test_the_queue_and_the_gallery(program, studio, painter, django_assert_max_num_queries):
    ask(studio, painter, prompt="a red fox", count=2)
    draw_all()
    ask(studio, painter, prompt="a blue whale")
    counts = said(program.get(f"{HERE}/queue"), shapes.CYBER_QUEUE)
    assert counts == {
        "pending": 1,
        "processing": 0,
        "completed": 2,
        "failed": 0,
        "total": 3,
        "queue_size": 1,
    }
    with django_assert_max_num_queries(10):
        page = said(program.get(f"{HERE}/gallery?limit=1"), shapes.CYBER_GALLERY)
    assert (page["total"], page["has_more"], len(page["images"])) == (2, True, 1)
    assert not program.get(f"{HERE}/gallery?limit=1&page=2").json()["has_more"]
    assert program.get(f"{HERE}/gallery?search=fox&model=painter").json()["total"] == 2
    assert program.get(f"{HERE}/gallery?search=whale").json()["total"] == 0
    for query in ("page=0", "limit=51", "limit=many", "page=" + "9" * 30):
        said(program.get(f"{HERE}/gallery?{query}"), shapes.CYBER, 400)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"prompt": ""}, "prompt"),
        ({"model_id": None}, "model_id"),
        ({"model_id": "nothing"}, "model"),
        ({"settings": {"num_images": 9}}, "9"),
        ({"settings": "many"}, "settings"),
        ({"settings": {"width": 67}}, "67"),
    ],
)
def test_bad_input_is_said_in_its_shape(program, painter, fields, word):
    answer = said(order(program, **fields), shapes.CYBER, 400)
    assert word in answer["message"]
    assert not Batch.objects.exists()


def test_a_repeat_charges_once_and_strangers_find_nothing(program, painter, alice, as_charlie):
    once = {"Idempotency-Key": "once"}
    one, two = (order(program, once).json()["job_id"] for _each in range(2))
    assert one == two
    assert Hold.objects.count() == 2
    said(as_charlie.get(f"{HERE}/status/{one}"), shapes.CYBER, 404)
    said(Client().get(f"{HERE}/models"), shapes.CYBER, 401)
    _row, key = ApiKey.issue(alice, "Reader", scopes=["read"])
    reader = Client(headers={"Authorization": f"Bearer {key}"})
    said(order(reader), shapes.CYBER, 403)
    said(call(reader, "delete", f"{HERE}/image/{one}"), shapes.CYBER, 403)
