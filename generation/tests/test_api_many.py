"""`/api/v1/images/act`: many pictures at once, as the gallery's bar does it."""

from uuid import uuid4

import pytest

from generation.models import Image
from generation.tests.engine import ask, draw_all
from generation.tests.programs import key_client
from workspaces.models import Membership, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def pictures(studio, painter, bob, monkeypatch):
    """Two of Alice's, then one of Bob's."""
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    ask(studio, painter, count=2, prompt="a fox")
    draw_all()
    ask(studio, painter, author=bob, prompt="a hare")
    draw_all()
    return list(Image.objects.order_by("id"))


def act(client, action, rows=None, **body):
    if rows is not None:
        body["ids"] = [str(each.pk) for each in rows]
    told = client.post("/api/v1/images/act", {"action": action} | body, "application/json")
    return told.status_code, told.json().get("count")


def found(client, query=""):
    return len(client.get(f"/api/v1/images?{query}").json()["images"])


def test_they_are_marked_thrown_away_and_had_back(program, pictures):
    assert act(program, "star", pictures, value=True) == (200, 3)
    assert found(program, "starred=1") == 3
    assert act(program, "star", pictures[:1], value=False) == (200, 1)
    assert act(program, "rate", pictures, value=4) == (200, 3)
    assert act(program, "tag", pictures, value="sea") == (200, 3)
    assert found(program, "tag=sea&rating=4") == 3
    assert act(program, "trash", pictures) == (200, 3)
    assert (found(program), found(program, "trash=1")) == (0, 3)
    assert act(program, "restore", pictures[:2]) == (200, 2)
    assert (found(program), found(program, "trash=1")) == (2, 1)
    assert act(program, "purge", pictures) == (200, 1)
    assert found(program, "trash=1") == 0


def test_they_go_into_another_topic_with_their_requests(program, studio, pictures, alice):
    topic = Topic.objects.create(workspace=studio, author=alice, name="Foxes")
    assert act(program, "move", pictures[:1], value=str(topic.pk))[0] == 200
    assert found(program, f"topic={topic.pk}") == 2
    assert act(program, "move", pictures, value=str(uuid4()))[0] == 400


def test_all_that_a_search_finds_but_what_came_later(program, pictures):
    until = str(pictures[0].pk)
    assert act(program, "star", query="q=fox", until=until, value=True) == (200, 1)
    assert act(program, "trash", query="q=fox") == (200, 2)
    assert act(program, "restore", query="q=fox", trash=True) == (200, 2)
    assert found(program) == 3


def test_what_somebody_may_not_change_is_left_out(studio, pictures, bob, charlie):
    editor, stranger = key_client(bob), key_client(charlie)
    assert act(editor, "trash", pictures) == (200, 1)
    for action in ("trash", "restore", "purge"):
        assert act(stranger, action, pictures) == (200, 0)
    Membership.objects.filter(user=bob).update(role="viewer")
    assert act(editor, "star", pictures, value=True) == (200, 0)
    assert act(editor, "restore", pictures) == (200, 0)
    assert Image.objects.filter(starred=True).count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "explode", "ids": [str(uuid4())]},
        {"action": "trash"},
        {"action": "trash", "ids": []},
        {"action": "trash", "ids": ["x"]},
        {"action": "trash", "ids": [7]},
        {"action": "trash", "ids": str(uuid4())},
        {"action": "trash", "ids": [str(uuid4())] * 1001},
        {"action": "trash", "ids": [str(uuid4())], "query": ""},
        {"action": "trash", "ids": [str(uuid4())], "value": "1"},
        {"action": "trash", "query": 7},
        {"action": "trash", "query": "worksapce=mine"},
        {"action": "trash", "query": "rating=many"},
        {"action": "trash", "query": "", "trash": "1"},
        {"action": "trash", "query": "", "until": "now"},
        {"action": "star", "query": "", "value": 1},
        {"action": "rate", "query": "", "value": 6},
        {"action": "rate", "query": "", "value": True},
        {"action": "tag", "query": "", "value": None},
        {"action": "tag", "query": "", "value": " "},
        {"action": "move", "query": "", "value": 3},
        {"action": ["trash"], "query": ""},
        {"action": "trash", "query": "", "sure": True},
    ],
)
def test_what_is_not_understood_changes_nothing(program, pictures, body):
    told = program.post("/api/v1/images/act", body, "application/json")
    assert told.status_code == 400, told.content
    assert told.json()["detail"]
    assert Image.objects.filter(deleted=None, starred=False, rating=0).count() == 3
