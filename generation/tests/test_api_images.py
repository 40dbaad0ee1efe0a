"""/api/v1/images, batches, views: what the gallery's pages do, for programs."""

from uuid import uuid4

import pytest

from accounts.models import ApiKey
from generation.api import images
from generation.api.image_answers import LISTED
from generation.gallery import pages
from generation.models import Image, Job, SmartView
from generation.tests.engine import ask, draw_all
from workspaces.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def pictures(studio, painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    ask(studio, painter, count=3, prompt="a fox")
    draw_all()
    return list(Image.objects.order_by("-id"))


def patch(client, image, body, **headers):
    where = f"/api/v1/images/{image.pk}"
    return client.patch(where, body, "application/json", headers=headers or None)


def test_pictures_are_listed_newest_first_page_by_page(as_alice, pictures):
    first = as_alice.get("/api/v1/images?limit=2").json()
    assert [each["id"] for each in first["images"]] == [str(each.pk) for each in pictures[:2]]
    assert first["images"][0]["prompt"] == "a fox"
    assert "recipe" not in first["images"][0]
    assert first["next"].startswith("http://testserver/api/v1/images?limit=2&cursor=")
    second = as_alice.get(first["next"]).json()
    assert [each["id"] for each in second["images"]] == [str(pictures[2].pk)]
    assert second["next"] is None


def test_the_usual_numbers_say_the_same_as_others(as_alice, pictures, monkeypatch):
    """By a statement that is kept, and by one that Django writes each time."""
    other = as_alice.get("/api/v1/images?limit=2").json()
    rest = as_alice.get(other["next"]).json()
    monkeypatch.setitem(images._NEWEST, 2, pages.Newest(2, LISTED))
    assert as_alice.get("/api/v1/images?limit=2").json() == other
    assert as_alice.get(other["next"]).json() == rest
    assert as_alice.get("/api/v1/images?limit=2&trash=1").json()["images"] == []
    assert as_alice.get("/api/v1/images?limit=2&starred=1").json()["images"] == []


def test_a_longer_list_asks_the_database_no_more(
    as_alice, pictures, studio, painter, django_assert_max_num_queries
):
    as_alice.get("/api/v1/images")
    with django_assert_max_num_queries(12) as few:
        as_alice.get("/api/v1/images")
    ask(studio, painter, count=4)
    draw_all()
    with django_assert_max_num_queries(len(few)):
        assert len(as_alice.get("/api/v1/images").json()["images"]) == 7
    with django_assert_max_num_queries(12) as one:
        as_alice.get("/api/v1/batches?limit=1")
    with django_assert_max_num_queries(len(one)):
        assert len(as_alice.get("/api/v1/batches").json()["batches"]) == 2


def test_what_a_program_asks_for_most_costs_few_statements(
    client, alice, pictures, django_assert_num_queries
):
    _, key = ApiKey.issue(alice, "laptop")
    headers = {"Authorization": f"Bearer {key}"}

    def ask(address):
        answer = client.get(f"/api/v1/images{address}", headers=headers)
        assert answer.status_code == 200
        return answer.json()

    one = f"/{pictures[0].pk}"
    ask(one)  # when the key was used last is written down once a minute
    with django_assert_num_queries(5):  # key, memberships, picture, its tags, its author's plan
        said = ask(one)
    with django_assert_num_queries(4):  # key, memberships, pictures, their tags
        listed = ask("?limit=50")["images"]
    assert listed[0].items() <= said.items()


def test_they_are_found_as_in_the_gallery(as_alice, pictures):
    patch(as_alice, pictures[1], {"rating": 4, "tags": ["Sea", "red sky"]})
    found = as_alice.get("/api/v1/images?rating=3").json()["images"]
    assert [each["id"] for each in found] == [str(pictures[1].pk)]
    assert found[0]["tags"] == ["Sea", "red sky"]
    found = as_alice.get("/api/v1/images?tag=Sea&q=fox&order=rating").json()["images"]
    assert [each["id"] for each in found] == [str(pictures[1].pk)]


@pytest.mark.parametrize(
    "query",
    ["colour=red", "shape=round", "since=yesterday", "limit=0", "limit=999", "cursor=x", "query=1"],
)
def test_what_can_not_be_understood_is_refused(as_alice, pictures, query):
    refused = as_alice.get(f"/api/v1/images?{query}")
    assert refused.status_code == 400
    assert query.partition("=")[0] in refused.json()["error"]["fields"]


def test_one_says_all_that_it_was_made_with(as_alice, pictures):
    told = as_alice.get(f"/api/v1/images/{pictures[0].pk}").json()
    assert told["settings"]["seed"] == told["seed"] == pictures[0].job.seed
    assert told["recipe"]["prompt"] == "a fox"
    assert as_alice.get(told["file_url"]).headers["Content-Type"] == "image/png"
    assert as_alice.get(f"/api/v1/images/{uuid4()}").status_code == 404


def test_it_is_marked_and_described(as_alice, pictures):
    sent = {"rating": 5, "starred": True, "tags": ["a", "b"], "alt": "A fox  in snow"}
    told = patch(as_alice, pictures[0], sent).json()
    assert (told["rating"], told["starred"], told["tags"]) == (5, True, ["a", "b"])
    assert told["alt"] == "A fox in snow"
    told = patch(as_alice, pictures[0], {"tags": ["b"]}).json()
    assert (told["rating"], told["tags"]) == (5, ["b"])


@pytest.mark.parametrize(
    "sent",
    [
        {"rating": 6},
        {"rating": True},
        {"starred": 1},
        {"tags": "a"},
        {"tags": [""]},
        {"alt": 3},
        {"topic": "x"},
        {"name": "x"},
    ],
)
def test_what_is_no_mark_is_refused(as_alice, pictures, sent):
    assert patch(as_alice, pictures[0], sent).status_code == 400
    pictures[0].refresh_from_db()
    assert (pictures[0].rating, pictures[0].tags.count()) == (0, 0)


def test_of_a_change_that_is_refused_nothing_is_kept(
    as_alice, as_charlie, charlie, studio, pictures
):
    assert patch(as_alice, pictures[0], {"rating": 4, "topic": "x"}).status_code == 400
    Membership.objects.create(workspace=studio, user=charlie, role="editor")
    sent = {"rating": 4, "topic": str(studio.default_topic.pk)}
    assert patch(as_charlie, pictures[0], sent).status_code == 403
    pictures[0].refresh_from_db()
    assert pictures[0].rating == 0


@pytest.mark.parametrize("text", ["a\0", "a\ud800"])
def test_texts_that_a_database_can_not_keep_are_refused(as_alice, studio, pictures, text):
    where = f"/api/v1/images/{pictures[0].pk}"
    topic = str(studio.default_topic.pk)
    drawn = {"topicId": topic, "model": text, "params": {"prompt": "x", "aspectRatio": "1:1"}}
    for way, address, sent in (
        ("patch", where, {"alt": text}),
        ("patch", where, {"tags": [text]}),
        ("post", "/api/v1/views", {"name": text, "query": ""}),
        ("post", f"{where}/links", {"password": f"abcd{text}"}),
        ("post", "/api/v1/workspaces", {"name": text}),
        ("patch", f"/api/v1/workspaces/{studio.slug}", {"description": text}),
        ("post", "/api/image-playground/generate", drawn),
    ):
        refused = getattr(as_alice, way)(address, sent, "application/json")
        assert refused.status_code == 400, (address, sent)


def test_nobody_writes_over_what_they_have_not_seen(as_alice, pictures):
    tag = as_alice.get(f"/api/v1/images/{pictures[0].pk}").headers["ETag"]
    changed = patch(as_alice, pictures[0], {"rating": 1}, If_Match=tag)
    assert changed.status_code == 200
    late = patch(as_alice, pictures[0], {"rating": 2}, If_Match=tag)
    assert late.status_code == 412
    assert late.json()["code"] == "changed"
    assert (
        patch(as_alice, pictures[0], {"rating": 3}, If_Match=changed.headers["ETag"]).status_code
        == 200
    )


def test_it_goes_into_the_trash_and_comes_back(as_alice, pictures):
    where = f"/api/v1/images/{pictures[0].pk}"
    assert as_alice.delete(where).status_code == 204
    assert as_alice.get(where).status_code == 404
    (thrown,) = as_alice.get("/api/v1/images?trash=1").json()["images"]
    assert thrown["id"] == str(pictures[0].pk)
    assert as_alice.post(f"{where}/restore").status_code == 200
    assert len(as_alice.get("/api/v1/images").json()["images"]) == 3


def test_it_is_deleted_for_good_from_the_trash_only(as_alice, pictures):
    where = f"/api/v1/images/{pictures[0].pk}"
    assert as_alice.delete(f"{where}?purge=1").status_code == 404
    as_alice.delete(where)
    assert as_alice.delete(f"{where}?purge=1").status_code == 204
    assert not Image.objects.filter(pk=pictures[0].pk).exists()


def test_it_is_put_into_another_topic(as_alice, studio, pictures):
    topic = studio.topics.create(name="Foxes")
    told = patch(as_alice, pictures[0], {"topic": str(topic.pk)})
    assert told.json()["topic"] == str(topic.pk)


def test_whoever_only_looks_marks_nothing(as_charlie, charlie, studio, pictures):
    assert patch(as_charlie, pictures[0], {"rating": 1}).status_code == 404
    Membership.objects.create(workspace=studio, user=charlie, role="viewer")
    refused = patch(as_charlie, pictures[0], {"rating": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "read_only")
    assert as_charlie.delete(f"/api/v1/images/{pictures[0].pk}").status_code == 403


def test_a_request_is_seen_whole_cancelled_and_asked_again(as_alice, studio, painter, pictures):
    batch = ask(studio, painter, count=2)
    where = f"/api/v1/batches/{batch.pk}"
    told = as_alice.get(where).json()
    assert [job["status"] for job in told["jobs"]] == ["PENDING", "PENDING"]
    assert as_alice.get(told["jobs"][0]["status_url"]).status_code == 200
    told = as_alice.post(f"{where}/cancel").json()
    assert [job["state"] for job in told["jobs"]] == ["cancelled", "cancelled"]
    job = told["jobs"][0]["job_id"]
    again = as_alice.post(f"/api/v1/jobs/{job}/retry")
    assert again.json()["state"] == "queued"
    assert as_alice.post(f"/api/v1/jobs/{job}/retry").status_code == 409
    Job.objects.filter(pk=told["jobs"][1]["job_id"]).update(state="failed")
    assert as_alice.post(f"{where}/retry").json()["jobs"][1]["state"] == "queued"


def test_a_request_goes_into_the_trash_and_comes_back(as_alice, studio, pictures):
    where = f"/api/v1/batches/{pictures[0].job.batch_id}"
    assert as_alice.delete(where).status_code == 204
    assert as_alice.get("/api/v1/images").json()["images"] == []
    told = as_alice.post(f"{where}/restore").json()
    assert len(told["jobs"]) == 3
    slug, topic = studio.slug, studio.default_topic.pk
    listed = as_alice.get(f"/api/v1/batches?workspace={slug}&topic={topic}").json()
    assert [row["batch_id"] for row in listed["batches"]] == [told["batch_id"]]
    assert as_alice.get("/api/v1/batches?topic=x").status_code == 400


def test_searches_are_kept_under_a_name(as_alice, alice, db):
    sent = {"name": "Best", "query": "rating=4&nonsense=1"}
    made = as_alice.post("/api/v1/views", sent, "application/json")
    assert made.json() | {"id": ""} == {"id": "", "name": "Best", "query": "rating=4"}
    listed = as_alice.get("/api/v1/views").json()["views"]
    assert listed == [made.json()]
    assert as_alice.delete(f"/api/v1/views/{made.json()['id']}").status_code == 204
    assert not SmartView.objects.exists()
