"""`/api/image/<id>/comments` and its neighbours: under the rules of the pages."""

import pytest

from generation.models import Image, PictureComment
from generation.tests.engine import ask, draw_all
from generation.tests.programs import key_client
from workspaces.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def picture(studio, painter):
    ask(studio, painter)
    draw_all()
    return Image.objects.get()


@pytest.fixture
def bobs(bob, studio):
    return key_client(bob)


def send(program, method, path, body):
    return getattr(program, method)(path, body, content_type="application/json")


def test_a_program_says_something_and_answers(program, bobs, picture):
    path = f"/api/image/{picture.pk}/comments"
    made = send(bobs, "post", path, {"text": "Too dark, @alice"})
    assert made.status_code == 201
    one = made.json()
    assert one["author"] == "bob"
    assert one["mentioned"] == ["alice"]
    assert one["image"] == str(picture.pk)
    assert one["batch"] is None
    answer = send(program, "post", path, {"text": "So it is", "reply_to": one["id"]}).json()
    assert answer["reply_to"] == one["id"]
    listed = program.get(path).json()["comments"]
    assert [each["text"] for each in listed] == ["Too dark, @alice", "So it is"]
    assert one["url"].endswith(f"/w/studio/images/{picture.pk}/#comment-{one['id']}")


def test_a_request_is_talked_about_as_well(program, picture):
    path = f"/api/batches/{picture.job.batch_id}/comments"
    one = send(program, "post", path, {"text": "All too dark"}).json()
    assert one["batch"] == str(picture.job.batch_id)
    assert [each["id"] for each in program.get(path).json()["comments"]] == [one["id"]]
    assert program.get(f"/api/image/{picture.pk}/comments").json() == {"comments": [], "next": None}


def test_it_is_changed_settled_and_deleted(program, bobs, picture):
    one = send(bobs, "post", f"/api/image/{picture.pk}/comments", {"text": "Dark"}).json()
    path = f"/api/comments/{one['id']}"
    changed = send(bobs, "patch", path, {"text": "Too dark", "resolved": True}).json()
    assert changed["text"] == "Too dark"
    assert changed["edited"]
    assert changed["resolved_by"] == "bob"
    assert send(program, "patch", path, {"resolved": False}).json()["resolved"] is None
    assert send(program, "patch", path, {"text": "Fine"}).status_code == 403
    assert program.delete(path).status_code == 204
    assert bobs.get(path).status_code == 404


def test_wrong_bodies_are_refused_in_words(program, picture):
    path = f"/api/image/{picture.pk}/comments"
    for body, code in (
        ({"text": ""}, 400),
        ({"text": 7}, 400),
        ({"text": "x", "colour": "red"}, 400),
        ({"text": "x", "reply_to": "nothing"}, 404),
        ({"text": "x", "reply_to": str(picture.pk)}, 404),
    ):
        assert send(program, "post", path, body).status_code == code
    one = send(program, "post", path, {"text": "x"}).json()
    for body in ({"resolved": "yes"}, {"text": None}, {"author": "bob"}):
        assert send(program, "patch", f"/api/comments/{one['id']}", body).status_code == 400
    assert PictureComment.objects.count() == 1


def test_a_viewer_comments(studio, charlie, picture):
    Membership.objects.create(workspace=studio, user=charlie, role="viewer")
    path = f"/api/image/{picture.pk}/comments"
    assert send(key_client(charlie), "post", path, {"text": "Lovely"}).status_code == 201


def test_strangers_and_the_trash_find_nothing(program, charlie, picture):
    path = f"/api/image/{picture.pk}/comments"
    one = send(program, "post", path, {"text": "Dark"}).json()
    stranger = key_client(charlie)
    assert stranger.get(path).status_code == 404
    assert send(stranger, "post", path, {"text": "x"}).status_code == 404
    assert stranger.get(f"/api/batches/{picture.job.batch_id}/comments").status_code == 404
    for method in ("get", "delete"):
        assert getattr(stranger, method)(f"/api/comments/{one['id']}").status_code == 404
    picture.trash()
    assert program.get(path).status_code == 404
    assert program.get(f"/api/comments/{one['id']}").status_code == 404


def test_they_and_the_members_come_page_by_page(program, picture, studio):
    where = f"/api/v1/images/{picture.pk}/comments"
    for number in range(3):
        program.post(where, {"text": str(number)}, "application/json")
    first = program.get(f"{where}?limit=2").json()
    assert [each["text"] for each in first["comments"]] == ["0", "1"]
    last = program.get(first["next"]).json()
    assert ([each["text"] for each in last["comments"]], last["next"]) == (["2"], None)
    first = program.get(f"/api/v1/workspaces/{studio.slug}/members?limit=1").json()
    last = program.get(first["next"]).json()
    assert first["members"][0]["id"] != last["members"][0]["id"]
    assert program.get(f"/api/v1/workspaces/{studio.slug}/invitations?limit=0").status_code == 400
