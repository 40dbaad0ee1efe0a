"""`/api/prompts`: the library by the API, under the same rules as its pages."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workspaces.models import Membership, SavedPrompt, Scope, Style, Theme, Workspace

pytestmark = pytest.mark.django_db

NINE = {
    "prompt": "a {red|blue} house",
    "negative_prompt": "people",
    "model": "painter",
    "width": 128,
    "height": 64,
    "num_inference_steps": 9,
    "guidance_scale": 6.5,
    "seed": 42,
}


@pytest.fixture
def around(db):
    style = Style.objects.create(scope=Scope.SITE, name="Ink")
    theme = Theme.objects.create(scope=Scope.SITE, name="Dusk", base_prompt="at dusk")
    return {"style": str(style.pk), "theme": str(theme.pk)}


def send(client, path, body, method="post"):
    return getattr(client, method)(f"/api/{path}", json.dumps(body), "application/json")


def error(response):
    return response.status_code, sorted(response.json()["error"].get("fields", {}))


def test_all_nine_parts_go_in_and_come_out(as_alice, alice, around):
    sent = {**NINE, **around, "title": "House", "tags": ["Night", "sea", "night"]}
    made = send(as_alice, "prompts", sent)
    assert made.status_code == 201
    kept = made.json()
    assert {name: kept[name] for name in sent} == sent | {"tags": ["Night", "sea"]}
    assert kept["workspace"] is None
    assert as_alice.get(f"/api/prompts/{kept['id']}").json() == kept
    row = SavedPrompt.objects.get()
    assert (row.owner, row.scope) == (alice, Scope.PERSONAL)
    assert {name: row.settings[name] for name in NINE} == NINE


def test_one_is_changed_in_what_is_sent_and_keeps_the_rest(as_alice, around, studio):
    kept = send(as_alice, "prompts", {**NINE, **around, "title": "House", "tags": ["a"]}).json()
    path = f"prompts/{kept['id']}"
    changed = send(as_alice, path, {"seed": None, "title": "Home", "cfg_scale": 3}, "patch").json()
    assert changed | {"changed": ""} == kept | {
        "seed": None,
        "title": "Home",
        "guidance_scale": 3.0,
        "version": 2,
        "changed": "",
    }
    moved = send(as_alice, path, {"workspace": "studio"}, "patch").json()
    assert moved["workspace"] == "studio"
    assert send(as_alice, path, {"workspace": None}, "patch").json()["workspace"] is None


def test_what_is_deleted_comes_back(as_alice, as_bob):
    kept = send(as_alice, "prompts", {"prompt": "a fox"}).json()
    path = f"/api/prompts/{kept['id']}"
    assert as_alice.delete(path).status_code == 204
    assert as_alice.get(path).status_code == as_alice.delete(path).status_code == 404
    assert as_bob.post(f"{path}/restore").status_code == 404
    assert as_alice.post(f"{path}/restore").json()["prompt"] == "a fox"


def test_they_are_found_by_words_tag_and_place_a_page_at_a_time(as_alice, as_bob, studio):
    for number in range(5):
        body = {"prompt": f"a fox {number}", "tags": ["Night"]}
        send(as_alice, "prompts", body | ({"workspace": "studio"} if number % 2 else {}))

    def found(query, client=as_alice):
        return [each["prompt"] for each in client.get(f"/api/prompts?{query}").json()["prompts"]]

    assert found("") == [f"a fox {n}" for n in (4, 3, 2, 1, 0)]
    assert found("q=fox+3&tag=night") == ["a fox 3"]
    assert found("workspace=studio") == found("", as_bob) == ["a fox 3", "a fox 1"]
    assert found("workspace=own") == ["a fox 4", "a fox 2", "a fox 0"]
    page = as_alice.get("/api/prompts?limit=2&tag=night").json()
    assert len(page["prompts"]) == 2
    rest = as_alice.get(page["next"]).json()
    assert [each["prompt"] for each in rest["prompts"]] == ["a fox 2", "a fox 1"]
    assert as_alice.get(rest["next"]).json()["next"] is None
    assert as_alice.get("/api/prompts?before=x").status_code == 400
    assert as_alice.get("/api/prompts?limit=0").status_code == 400
    assert as_alice.get("/api/prompts?workspace=nowhere").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({}, ["prompt"]),
        ({"prompt": ["x"]}, ["prompt"]),
        ({"main_prompt": " "}, ["main_prompt"]),
        ({"prompt": "x", "steps": "four"}, ["steps"]),
        ({"prompt": "x", "steps": 0}, ["steps"]),
        ({"prompt": "x", "seed": True}, ["seed"]),
        ({"prompt": "x", "seed": 2**60}, ["seed"]),
        ({"prompt": "x", "width": 64}, ["width"]),
        ({"prompt": "x", "tags": [1]}, ["tags"]),
        ({"prompt": "x", "style": "nonsense"}, ["style"]),
        ({"prompt": "x", "main_prompt": "y"}, ["main_prompt"]),
        ({"prompt": "x", "nonsense": 1}, []),
        ({"prompt": "x", "workspace": 7}, ["workspace"]),
    ],
)
def test_what_will_not_do_is_named_as_it_was_sent(as_alice, wrong, fields):
    assert error(send(as_alice, "prompts", wrong)) == (400, fields)
    assert not SavedPrompt.objects.exists()


def test_a_workspaces_is_its_members_and_nobody_elses(as_alice, as_bob, as_charlie, bob, studio):
    kept = send(as_bob, "prompts", {"prompt": "a fox", "workspace": "studio"}).json()
    path = f"prompts/{kept['id']}"
    assert as_alice.get(f"/api/{path}").status_code == 200
    assert as_charlie.get(f"/api/{path}").status_code == 404
    assert send(as_charlie, path, {"title": "x"}, "patch").status_code == 404
    assert as_charlie.delete(f"/api/{path}").status_code == 404
    refused = send(as_charlie, "prompts", {"prompt": "x", "workspace": "studio"})
    assert error(refused) == (404, ["workspace"])
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert send(as_bob, "prompts", {"prompt": "x", "workspace": "studio"}).status_code == 403
    assert as_bob.delete(f"/api/{path}").status_code == 403
    assert as_bob.get(f"/api/{path}").status_code == 200


def test_a_style_of_another_workspace_is_refused_at_its_field(as_alice, alice, studio):
    style = Style.objects.create(
        owner=alice, scope=Scope.WORKSPACE, workspace=studio, name="Ours", positive_prompt="x"
    )
    own = send(as_alice, "prompts", {"prompt": "x", "style": str(style.pk)})
    assert own.status_code == 201
    other = Workspace.found(alice, "Other")
    refused = send(
        as_alice, "prompts", {"prompt": "x", "style": str(style.pk), "workspace": other.slug}
    )
    assert error(refused) == (400, ["style"])


def test_a_file_goes_out_and_comes_in_under_a_dry_run_first(as_alice, as_bob, around):
    send(as_alice, "prompts", {**NINE, **around, "title": "House"})
    file = as_alice.get("/api/prompts/export").json()
    assert file["prompts"][0]["style"] == "Ink"
    body = {"prompts": [*file["prompts"], {"prompt": ""}, *file["prompts"]]}
    told = send(as_bob, "prompts/import", body | {"dry_run": True}).json()
    assert (told["kept"], told["new"], told["same"], told["wrong"]) == (0, 1, 1, 1)
    assert [row["state"] for row in told["rows"]] == ["new", "wrong", "same"]
    assert not SavedPrompt.objects.filter(owner__username="bob").exists()
    assert send(as_bob, "prompts/import", body).json()["kept"] == 1
    again = send(as_bob, "prompts/import", body).json()
    assert (again["kept"], again["same"]) == (0, 2)
    assert as_bob.get("/api/prompts/export").json() == file
    assert send(as_bob, "prompts/import", {"prompts": {}}).status_code == 400
    assert send(as_bob, "prompts/import", {"prompts": []}).status_code == 400


def test_older_clients_have_their_own_names(as_alice, as_bob, as_charlie, studio):
    sent = {"name": "N", "main_prompt": "a fox", "num_steps": 4, "guidance_scale": 2, "seed": 0}
    for place in ("studio", str(studio.pk)):
        made = send(as_alice, f"workspaces/{place}/saved-prompts", sent)
        assert made.status_code == 201
        assert {name: made.json()[name] for name in sent} == sent
    send(as_alice, "prompts", {"prompt": "my own"})
    listed = as_bob.get(f"/api/workspaces/{studio.pk}/saved-prompts").json()
    assert [each["main_prompt"] for each in listed] == ["a fox", "a fox"]
    assert as_charlie.get(f"/api/workspaces/{studio.pk}/saved-prompts").status_code == 404
    path = f"/api/saved-prompts/{listed[0]['id']}"
    assert as_charlie.delete(path).status_code == 404
    assert as_alice.delete(path).status_code == 204


def test_many_cost_no_more_queries(as_alice, studio):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_alice.get("/api/prompts")
        return len(asked)

    send(as_alice, "prompts", {"prompt": "x", "workspace": "studio"})
    few = queries()
    for number in range(10):
        send(as_alice, "prompts", {"prompt": f"x {number}", "workspace": "studio"})
    assert queries() == few
