"""`/api/topics`: list, make, name, cover, throw away, bring back; and nobody else's."""

import pytest

from generation import topics
from generation.models import Batch, Image
from generation.tests.engine import ask, at_once, draw_all
from workspaces.models import Membership, Topic, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


@pytest.fixture
def foxes(studio, alice):
    return studio.topics.create(name="Foxes", author=alice)


def send(program, method, path, body):
    return getattr(program, method)(path, body, content_type="application/json")


def names(program, query=""):
    return [each["name"] for each in program.get(f"/api/topics{query}").json()["topics"]]


def test_they_come_used_last_first(program, studio, foxes, painter):
    assert names(program) == ["Foxes", ""]
    ask(studio, painter, prompt="a red house")
    assert names(program) == ["Red house", "Foxes"]
    assert names(program, "?workspace=studio&limit=1") == ["Red house"]
    assert names(program, "?limit=1") == ["Red house"]


def test_a_workspace_has_so_many_and_no_more(program, studio, monkeypatch, alice):
    monkeypatch.setattr(topics, "MOST", 3)
    monkeypatch.setattr(topics, "MOST_WITH_TRASH", 4)
    made = [send(program, "post", "/api/topics", {"name": f"T{n}"}) for n in range(3)]
    assert [answer.status_code for answer in made] == [201, 201, 409]
    error = made[-1].json()["error"]
    assert error["code"] == "too_many_topics"
    assert "may have 3 topics" in error["message"]
    with pytest.raises(topics.TooManyTopics):
        topics.create(studio, alice)
    for number in range(2):
        program.delete(f"/api/topics/{made[number].json()['id']}")
    assert send(program, "post", "/api/topics", {"name": "T4"}).status_code == 201
    answer = send(program, "post", "/api/topics", {"name": "T5"})
    assert "in its trash" in answer.json()["error"]["message"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_the_limit(studio, alice, monkeypatch):
    monkeypatch.setattr(topics, "MOST", 4)
    said = at_once(6, lambda number: topics.create(studio, alice, f"T{number}"))
    assert sum(isinstance(each, topics.TooManyTopics) for each in said) == 3
    assert studio.topics.count() == 4


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1", "1e9", "9" * 5000])
def test_a_limit_is_a_small_number(program, studio, limit):
    assert program.get(f"/api/topics?limit={limit}").status_code == 400


def test_one_is_made_and_drawn_into(program, studio, painter):
    answer = send(program, "post", "/api/topics", {"workspace": "studio", "name": " Red  foxes "})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["images"], made["cover_url"]) == ("Red foxes", 0, None)
    order = {"prompt": "a fox", "topic": made["id"], "workspace": "studio"}
    assert send(program, "post", "/api/generate", order).status_code == 202
    draw_all()
    seen = program.get(f"/api/topics/{made['id']}").json()
    assert (seen["images"], seen["drawing"]) == (1, 0)
    assert seen["cover_url"].endswith(f"/{Image.objects.get().small}")


def test_without_a_name_the_first_prompt_gives_one(program, studio, painter):
    made = send(program, "post", "/api/topics", {"workspace": "studio"}).json()
    assert (made["name"], made["title"]) == ("", "New topic")
    ask(studio, painter, prompt="a fox, snow", topic=Topic.objects.get(pk=made["id"]))
    assert program.get(f"/api/topics/{made['id']}").json()["title"] == "Fox"


def test_name_and_cover_are_changed(program, studio, painter, foxes):
    for _ in range(2):
        ask(studio, painter, topic=foxes)
    draw_all()
    second = Image.objects.order_by("id").last()
    url = f"/api/topics/{foxes.pk}"
    answer = send(program, "patch", url, {"name": "Vixens", "cover": str(second.pk)}).json()
    assert answer["name"] == "Vixens"
    assert answer["cover_url"].endswith(f"/{second.small}")
    again = send(program, "patch", url, {"cover": None}).json()
    assert not again["cover_url"].endswith(f"/{second.small}")


def test_what_will_not_do_is_refused_and_changes_nothing(program, studio, painter, foxes):
    ask(studio, painter)
    draw_all()
    elsewhere = str(Image.objects.get().pk)
    url = f"/api/topics/{foxes.pk}"
    for body in (
        {"name": ""},
        {"name": 7},
        {"name": "x" * 101},
        {"cover": elsewhere},
        {"cover": "nonsense"},
        {"cover": 7},
        {"colour": "red"},
    ):
        assert send(program, "patch", url, body).status_code == 400, body
    assert Topic.objects.get(pk=foxes.pk).name == "Foxes"
    for body in ({"name": "x" * 101}, {"name": []}):
        assert (
            send(program, "post", "/api/topics", {"workspace": "studio"} | body).status_code == 400
        )
    assert studio.topics.count() == 2


def test_it_is_thrown_away_and_comes_back(program, studio, painter, foxes):
    ask(studio, painter, topic=foxes)
    url = f"/api/topics/{foxes.pk}"
    assert program.delete(url).status_code == 204
    assert program.get(url).status_code == 404
    assert program.delete(url).status_code == 404
    assert not Batch.objects.visible().exists()
    assert send(program, "post", f"{url}/restore", {}).json()["name"] == "Foxes"
    assert Batch.objects.visible().count() == 1


def test_nobody_elses(program, charlie, studio):
    theirs = Workspace.found(charlie, "Theirs").default_topic
    url = f"/api/topics/{theirs.pk}"
    assert program.get("/api/topics?workspace=theirs").status_code == 404
    assert program.get("/api/topics?workspace=%00").status_code == 400
    assert send(program, "post", "/api/topics", {"workspace": "theirs"}).status_code == 404
    for method, path in (("get", url), ("patch", url), ("delete", url), ("post", f"{url}/restore")):
        assert send(program, method, path, {}).status_code == 404
    assert topics.trash(theirs)


def test_an_editor_changes_only_their_own_and_a_viewer_none(program, alice, bob, studio, foxes):
    other = Workspace.found(bob, "Bobs")
    Membership.objects.create(workspace=other, user=alice, role=Membership.Role.EDITOR)
    url = f"/api/topics/{other.default_topic.pk}"
    assert send(program, "patch", url, {"name": "Mine"}).status_code == 403
    assert program.delete(url).status_code == 403
    Membership.objects.filter(workspace=other, user=alice).update(role=Membership.Role.VIEWER)
    assert send(program, "post", "/api/topics", {"workspace": "bobs"}).status_code == 403
    assert program.get("/api/topics?workspace=bobs").status_code == 200
