"""The public gallery by programs: looked at, liked, and one's own pictures brought to it."""

import pytest
from django.test import Client

from generation.models import Image, Publication
from generation.tests.engine import ask, draw_all

pytestmark = [pytest.mark.django_db, pytest.mark.once]
JSON = {"content_type": "application/json"}


@pytest.fixture
def at(studio, painter):
    """The address of a picture of Alice's in the gallery."""
    ask(studio, painter, prompt="a lighthouse", seed=7)
    draw_all()
    return f"/api/v1/images/{Image.objects.get().pk}/publication"


@pytest.fixture
def shown(at, as_alice, dora):
    sent = {"level": "prompt", "names_author": True}
    assert as_alice.put(at, sent, **JSON).status_code == 201
    row = Publication.objects.get()
    row.let_in(dora)
    return row


def listed(client, query=""):
    return client.get(f"/api/v1/publications{query}").json()["publications"]


def test_it_is_seen_as_far_as_its_person_says_once_staff_let_it_in(at, as_alice, as_charlie, dora):
    assert as_alice.get(at).status_code == 404
    made = as_alice.put(at, {"level": "picture"}, **JSON)
    assert (made.status_code, made.json()["state"], made.json()["page_url"]) == (
        201,
        "waiting",
        None,
    )
    assert listed(as_charlie) == []
    assert [row["state"] for row in listed(as_alice, "?mine=1")] == ["waiting"]
    Publication.objects.get().let_in(dora)
    (row,) = listed(as_charlie)
    assert (row["prompt"], row["by"], row["image_id"]) == (None, None, None)
    for name in ("page_url", "picture_url", "small_url", "original_url"):
        assert Client().get(row[name]).status_code == 200
    assert as_charlie.get(f"/api/v1/publications/{row['id']}").json() == row
    more = as_alice.put(at, {"level": "prompt", "names_author": True}, **JSON)
    assert (more.status_code, more.json()["state"]) == (200, "waiting")


def test_what_may_be_seen_of_it_is_said(shown, at, as_charlie, as_alice):
    (row,) = listed(as_charlie)
    assert (row["prompt"], row["by"], row["level"]) == ("a lighthouse", "alice", "prompt")
    assert as_alice.get(at).json()["image_id"] == str(shown.image_id)


def test_each_person_likes_it_once_and_takes_that_back(shown, as_bob, as_charlie):
    like = f"/api/v1/publications/{shown.pk}/like"
    as_bob.put(like)
    assert as_bob.put(like).json() == {"likes": 1, "liked": True}
    assert as_charlie.put(like).json()["likes"] == 2
    assert [(row["likes"], row["liked"]) for row in listed(as_bob, "?order=liked")] == [(2, True)]
    assert as_bob.delete(like).json() == {"likes": 1, "liked": False}
    assert Client().put(like).status_code == 401


def test_it_is_taken_out_again_by_whoever_may_change_the_picture(shown, at, as_alice, as_bob):
    assert as_bob.delete(at).status_code == 403
    assert as_bob.put(at, {"level": "remix"}, **JSON).status_code == 403
    assert as_alice.delete(at).status_code == 204
    assert listed(as_bob) == []
    assert as_bob.get(f"/api/v1/publications/{shown.pk}").status_code == 404
    assert as_alice.get(at).json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    "sent", [{}, {"level": "all"}, {"level": "picture", "names_author": 1}, {"x": 1}]
)
def test_what_is_no_choice_is_refused(at, as_alice, sent):
    assert as_alice.put(at, sent, **JSON).status_code == 400
    assert as_alice.get("/api/v1/publications?order=best").status_code == 400


def test_where_the_operator_wants_no_gallery_there_is_none(shown, at, as_alice, settings):
    settings.PUBLIC_GALLERY = "off"
    for address in ("/api/v1/publications", f"/api/v1/publications/{shown.pk}", at):
        assert as_alice.get(address).status_code == 404


def test_a_list_of_many_asks_as_much_as_one_of_few(
    shown, as_alice, studio, painter, dora, django_assert_max_num_queries
):
    for seed in range(3):
        ask(studio, painter, seed=seed)
    draw_all()
    for image in Image.objects.filter(publication=None):
        Publication.publish(image, studio.owner, "remix", True).let_in(dora)
    with django_assert_max_num_queries(8):
        assert len(listed(as_alice)) == 4
    first = as_alice.get("/api/v1/publications?limit=3").json()
    assert len(as_alice.get(first["next"]).json()["publications"]) == 1
