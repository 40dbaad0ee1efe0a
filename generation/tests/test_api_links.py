"""/api/v1/images/<id>/links: a picture shown to people outside, by programs."""

from uuid import uuid4

import pytest
from django.test import Client

from generation.models import Image, ShareLink
from generation.tests.engine import ask, draw_all
from workspaces.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]

JSON = "application/json"


@pytest.fixture
def where(studio, painter):
    ask(studio, painter)
    draw_all()
    return f"/api/v1/images/{Image.objects.get().pk}/links"


def test_a_link_is_made_shown_and_revoked(as_alice, where):
    made = as_alice.post(where, {"level": "picture", "days": 7}, JSON)
    assert made.status_code == 201
    assert Client().get(made.json()["url"]).status_code == 200
    (listed,) = as_alice.get(where).json()["links"]
    assert listed["url"] == made.json()["url"]
    assert not listed["has_password"]
    assert as_alice.delete(f"{where}/{listed['id']}").status_code == 204
    assert as_alice.get(where).json()["links"] == []
    assert Client().get(made.json()["url"]).status_code in {404, 410}


def test_the_same_request_again_makes_no_second(as_alice, where):
    sent = {"password": "a fox", "days": None}
    headers = {"Idempotency-Key": "once"}
    first, again = (as_alice.post(where, sent, JSON, headers=headers) for _ in range(2))
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ShareLink.objects.count() == 1
    other = as_alice.post(where, {"days": 3}, JSON, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    refused = as_alice.post(where, {"days": 0}, JSON, headers={"Idempotency-Key": "two"})
    assert refused.status_code == 400
    mended = as_alice.post(where, {"days": 1}, JSON, headers={"Idempotency-Key": "two"})
    assert mended.status_code == 201


@pytest.mark.parametrize(
    "sent", [{"level": "all"}, {"days": 0}, {"days": "7"}, {"password": "fox"}, {"name": "x"}]
)
def test_what_is_no_link_is_refused(as_alice, where, sent):
    assert as_alice.post(where, sent, JSON).status_code == 400
    assert not ShareLink.objects.exists()


def test_who_may_not_change_the_picture_sees_and_makes_none(
    as_alice, as_charlie, charlie, studio, where
):
    as_alice.post(where, {}, JSON)
    assert as_charlie.get(where).status_code == 404
    Membership.objects.create(workspace=studio, user=charlie, role="editor")
    assert as_charlie.get(where).status_code == 403
    assert as_charlie.post(where, {}, JSON).status_code == 403
    link = ShareLink.objects.get().pk
    assert as_charlie.delete(f"{where}/{link}").status_code == 403
    assert as_alice.delete(f"{where}/{uuid4()}").status_code == 404
