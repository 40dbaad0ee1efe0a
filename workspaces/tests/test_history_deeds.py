"""What the history tells besides changes of rows, who is found in it, and what is asked before a
version comes back: on pages and by programs."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation.models import Image
from generation.tests.engine import ask, draw_all
from generation.tests.programs import key_client
from workspaces.history import pruning
from workspaces.models import Deed, Invitation, Membership, Scope, Theme

pytestmark = [pytest.mark.django_db, pytest.mark.once]
URL = "/w/studio/history/"
API = "/api/workspaces/studio/history"


@pytest.fixture
def theme(studio, alice):
    row = Theme.objects.create(
        owner=alice,
        scope=Scope.WORKSPACE,
        workspace=studio,
        name="Sea",
        base_prompt="by the sea",
    )
    row.base_prompt = "by the lake"
    row.save()
    return row


def told(client, query=""):
    entries = client.get(URL + query).context["entries"]
    return [(each.sentence, each.who) for each in entries if hasattr(each, "deed")]


def test_who_comes_and_what_they_may_do(as_alice, as_bob, studio, bob, charlie):
    as_alice.post("/w/studio/people/invite/", {"email": "zoe@example.org", "role": "viewer"})
    invitation = Invitation.objects.get()
    as_alice.post(f"/w/studio/invitations/{invitation.pk}/withdraw/")
    member = Membership.objects.get(workspace=studio, user=bob)
    as_alice.post(f"/w/studio/people/{member.pk}/role/", {"role": "viewer"})
    as_bob.post("/w/studio/people/leave/")
    said = told(as_alice, "?kind=people")
    assert said == [
        ("bob has left", "bob"),
        ("bob may do something else now (Viewer)", "alice"),
        ("An invitation was withdrawn", "alice"),
        ("An invitation was sent (Viewer)", "alice"),
    ]
    assert "zoe@example" not in as_alice.get(URL).content.decode()


def test_the_workspace_is_handed_over(as_alice, as_bob, studio, bob):
    member = Membership.objects.get(workspace=studio, user=bob)
    as_alice.post(f"/w/studio/people/{member.pk}/owner/")
    assert told(as_bob, "?kind=people")[0] == ("bob owns the workspace now", "alice")


def test_pictures_that_go_and_come_back(as_alice, studio, painter):
    batch = ask(studio, painter, count=3)
    draw_all()
    first, *others = Image.objects.order_by("id")
    as_alice.post(f"/w/studio/images/{first.pk}/delete/")
    ids = [str(each.pk) for each in others]
    as_alice.post("/gallery/act/", {"action": "trash", "ids": ids})
    as_alice.post("/gallery/act/", {"action": "purge", "ids": ids[:1]})
    as_alice.post(f"/w/studio/images/{first.pk}/restore/")
    as_alice.post(f"/w/studio/batches/{batch.pk}/delete/")
    said = told(as_alice, "?kind=pictures")
    # One after another is once.
    assert said == [
        ("4 pictures were thrown away", "alice"),
        ("1 picture was taken out of the trash", "alice"),
        ("1 picture was deleted for good", "alice"),
    ]


def test_whoever_left_is_found(as_alice, as_bob, studio, bob, theme):
    as_bob.post("/w/studio/people/leave/")
    page = as_alice.get(f"{URL}?person={bob.pk}")
    assert bob in page.context["others"]
    assert "No longer here" in page.content.decode()
    assert [each.sentence for each in page.context["entries"]] == ["bob has left"]
    bob.delete()
    assert "whose account is gone" in as_alice.get(URL).content.decode()
    assert told(as_alice, "?person=gone") == [("Somebody who left has left", "Somebody who left")]


def test_nobody_is_gone_where_everybody_is_there(as_alice):
    as_alice.post("/workspaces/new/", {"name": "Fresh"})
    assert "whose account is gone" not in as_alice.get("/w/fresh/history/").content.decode()


def test_a_version_shows_its_words_and_asks(as_alice, as_bob, as_charlie, studio, theme):
    first = theme.history.earliest("history_id")
    address = f"{URL}themes/{first.pk}/"
    assert f'href="{address}"' in as_alice.get(URL).content.decode()
    page = as_alice.get(address).content.decode()
    assert "Restore this version?" in page
    assert page.index("by the lake") < page.index("by the sea")
    theme.refresh_from_db()
    assert theme.base_prompt == "by the lake"  # looking changes nothing
    assert "Restore this version?" not in as_bob.get(address).content.decode()
    assert as_charlie.get(address).status_code == 404
    assert as_alice.get(f"{URL}themes/{first.pk + 999}/").status_code == 404
    assert as_alice.get(f"{URL}secrets/{first.pk}/").status_code == 404


def test_programs_read_it_and_have_versions_back(studio, alice, charlie, theme):
    program = key_client(alice)
    body = program.get(f"{API}?kind=themes").json()
    assert [each["what"] for each in body["history"]] == ["changed", "created"]
    assert body["next"] is None
    first = body["history"][-1]
    one = program.get(f"{API}/themes/{first['version']}").json()
    change = {"field": "Base prompt", "from": "by the lake", "to": "by the sea"}
    assert one["changes"] == [change]
    address = f"{API}/themes/{first['version']}/restore"

    def restore(over):
        return program.post(address, json.dumps({"over": over}), content_type="application/json")

    assert restore(first["version"]).status_code == 409
    assert restore("x").status_code == 400
    assert restore(one["newest"]).json()["name"] == "Sea"
    theme.refresh_from_db()
    assert theme.base_prompt == "by the sea"
    assert key_client(charlie).get(API).status_code == 404


@pytest.mark.parametrize(
    "query", ["kind=secrets", "person=x", "before=yesterday", "before=2026-01-01"]
)
def test_programs_are_told_what_is_wrong(studio, alice, query):
    answer = key_client(alice).get(f"{API}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json()["error"]["fields"]


def test_more_deeds_are_no_more_queries(as_alice, studio, alice, bob, theme):
    def more(count):
        for _ in range(count):
            Deed.objects.create(workspace=studio, by=alice, whom=bob, kind="role", role="viewer")

    more(1)
    as_alice.get(URL)
    with CaptureQueriesContext(connection) as of_one:
        as_alice.get(URL)
    more(10)
    with CaptureQueriesContext(connection) as of_many:
        page = as_alice.get(URL)
    assert len(page.context["entries"]) > 10
    assert len(of_many) <= len(of_one)


def test_deeds_are_forgotten_after_a_year(studio, alice):
    Deed.objects.create(workspace=studio, by=alice, kind="left")
    assert pruning.prune(now()) >= 1
    assert not Deed.objects.exists()
