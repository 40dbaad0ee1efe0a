"""`/api/styles`, `/api/themes`, `/api/lists`: seen, made, changed, thrown away; by nobody else."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workspaces import first_words
from workspaces.models import Membership, Scope, Style, Theme, WordList

pytestmark = pytest.mark.django_db

KINDS = {
    "styles": {
        "name": "Ink",
        "positive_prompt": "{prompt}, ink",
        "negative_prompt": "photo",
        "model": "painter",
        "num_inference_steps": 12,
        "guidance_scale": 3.5,
        "seed": 0,
    },
    "themes": {"name": "Dusk", "base_prompt": "at dusk", "description": "Soft."},
    "lists": {"name": "hue", "lines": "red\n3::blue"},
}
kinds = pytest.mark.parametrize("kind", KINDS)


def send(client, path, body, method="post"):
    return getattr(client, method)(f"/api/{path}", json.dumps(body), "application/json")


@kinds
def test_one_is_made_seen_changed_and_thrown_away(as_alice, kind):
    sent = KINDS[kind]
    made = send(as_alice, kind, sent)
    assert made.status_code == 201
    kept = made.json()
    assert kept | sent == kept
    assert (kept["scope"], kept["workspace"]) == ("personal", None)
    path = f"{kind}/{kept['id']}"
    assert as_alice.get(f"/api/{path}").json() == kept
    assert [row["name"] for row in as_alice.get(f"/api/{kind}").json()[kind]] == [sent["name"]]
    changed = kept | {"name": "other", "version": kept["version"] + 1}
    assert send(as_alice, path, {"name": "other"}, "patch").json() == changed
    assert as_alice.delete(f"/api/{path}").status_code == 204
    assert as_alice.get(f"/api/{path}").status_code == 404
    assert as_alice.post(f"/api/trash/{path}/restore").status_code == 200
    assert as_alice.get(f"/api/{path}").status_code == 200


@kinds
def test_a_workspaces_is_its_members_and_nobody_elses(
    as_alice, as_bob, as_charlie, bob, studio, kind
):
    kept = send(as_bob, kind, KINDS[kind] | {"workspace": "studio"}).json()
    path = f"{kind}/{kept['id']}"
    assert kept["workspace"] == "studio"
    assert as_alice.get(f"/api/{path}").status_code == 200
    assert as_charlie.get(f"/api/{path}").status_code == 404
    assert as_charlie.get(f"/api/{kind}").json()[kind] == []
    assert send(as_charlie, path, {"name": "x"}, "patch").status_code == 404
    assert as_charlie.delete(f"/api/{path}").status_code == 404
    assert send(as_charlie, kind, KINDS[kind] | {"workspace": "studio"}).status_code == 404
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert as_bob.get(f"/api/{path}").status_code == 200
    assert send(as_bob, path, {"name": "x"}, "patch").status_code == 403
    assert send(as_bob, kind, KINDS[kind] | {"workspace": "studio"}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "wrong", "fields"),
    [
        ("styles", {"name": ""}, ["name"]),
        ("styles", {"positive_prompt": "{a"}, ["positive_prompt"]),
        ("styles", {"seed": True}, ["seed"]),
        ("styles", {"num_inference_steps": "many"}, ["num_inference_steps"]),
        ("styles", {"sample": "x"}, []),
        ("themes", {"base_prompt": None}, ["base_prompt"]),
        ("themes", {"description": ["x"]}, ["description"]),
        ("lists", {"lines": "__hue__"}, ["lines"]),
        ("lists", {"name": "a b c!"}, ["name"]),
        ("lists", {"workspace": 7}, ["workspace"]),
    ],
)
def test_what_will_not_do_is_named(as_alice, kind, wrong, fields):
    refused = send(as_alice, kind, KINDS[kind] | wrong)
    assert refused.status_code == 400
    assert sorted(refused.json()["error"].get("fields", {})) == fields
    assert not Style.objects.exists() | Theme.objects.exists() | WordList.objects.exists()


def test_a_lists_name_means_one_list_in_one_place(as_alice, studio):
    assert send(as_alice, "lists", KINDS["lists"]).status_code == 201
    assert send(as_alice, "lists", KINDS["lists"]).status_code == 400
    assert send(as_alice, "lists", KINDS["lists"] | {"workspace": "studio"}).status_code == 201
    rows = as_alice.get("/api/lists").json()["lists"]
    assert {row["sample"] for row in rows} == {"red, 3::blue"}
    assert "lines" not in rows[0]


@kinds
def test_the_sites_are_seen_and_stay(as_alice, kind):
    first_words.seed()
    row = as_alice.get(f"/api/{kind}").json()[kind][0]
    assert row["scope"] == Scope.SITE
    assert as_alice.delete(f"/api/{kind}/{row['id']}").status_code == 403


@kinds
def test_many_cost_no_more_queries(as_alice, studio, kind):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(f"/api/{kind}")
        return len(asked)

    send(as_alice, kind, KINDS[kind])
    few = queries()
    for number in range(9):
        sent = {"name": f"n{number}", "workspace": "studio"}
        assert send(as_alice, kind, KINDS[kind] | sent).status_code == 201
    assert queries() == few
