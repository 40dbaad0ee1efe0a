"""The same doors under /api/v1/ and, as before there were versions, under /api/."""

from uuid import uuid4

import pytest
from django.urls import get_resolver

from generation.tests.engine import ask, draw_all

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_an_order_can_be_followed_by_the_addresses_of_its_answers(
    as_alice, studio, painter, monkeypatch
):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    order = {"prompt": "a fox", "model": "painter", "workspace": studio.slug}
    told = as_alice.post("/api/v1/generate", order, "application/json")
    assert told.status_code == 202
    draw_all()
    status = as_alice.get(told.json()["status_url"])
    assert told.json()["status_url"].startswith("http://testserver/api/v1/jobs/")
    assert status.json()["status"] == "COMPLETED"
    assert "/api/v1/images/" in status.json()["image_url"]
    file = as_alice.get(status.json()["image_url"])
    assert file.headers["Content-Type"] == "image/png"


def test_addresses_of_before_answer_with_addresses_of_before(as_alice, studio, painter):
    job = ask(studio, painter).jobs.get()
    draw_all()
    status = as_alice.get(f"/api/status/{job.pk}").json()
    assert "/api/status/" in status["status_url"]
    assert "/api/image/" in status["image_url"]
    assert as_alice.get(status["image_url"]).status_code == 200
    v1 = as_alice.get(f"/api/v1/jobs/{job.pk}").json()
    same = {name for name in v1 if v1[name] == status[name]}
    assert set(v1) - same == {"status_url", "image_url"}


def test_a_refusal_is_a_problem_with_the_older_error_inside(as_alice, db):
    refused = as_alice.get(f"/api/v1/jobs/{uuid4()}")
    assert refused.status_code == 404
    assert refused.headers["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert problem["status"] == 404
    assert problem["title"] == "Not Found"
    assert problem["type"] == "about:blank"
    assert problem["detail"] == problem["error"]["message"]
    assert problem["code"] == problem["error"]["code"] == "not_found"
    older = as_alice.get(f"/api/status/{uuid4()}")
    assert older.headers["Content-Type"] == "application/json"
    assert older.json() == {"error": problem["error"]}


@pytest.mark.parametrize(("method", "status"), [("get", 404), ("post", 404)])
def test_an_address_that_is_none_is_a_problem_too(client, method, status):
    refused = getattr(client, method)("/api/v1/nowhere")
    assert refused.status_code == status
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_the_first_answer_names_addresses_that_are_there(client, db):
    for root in ("/api/", "/api/v1/"):
        links = client.get(root).json()["links"]
        assert all(link.startswith(f"http://testserver{root}") for link in links.values())
        for link in links.values():
            path = link.removeprefix("http://testserver")
            get_resolver().resolve(
                path.replace("{job_id}", str(uuid4())).replace("{image_id}", str(uuid4()))
            )
