"""/api/workspaces: made, found, changed, deleted by programs (S183-S187)."""

import pytest

from workspaces.models import Membership, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.once]

JSON = "application/json"


@pytest.mark.parametrize("root", ["/api", "/api/v1"])
def test_it_makes_changes_and_deletes_workspaces(as_alice, root):
    made = as_alice.post(f"{root}/workspaces", {"name": "Fox", "description": "Red"}, JSON)
    assert made.status_code == 201
    assert made.json() | {"name": "Fox", "role": "owner", "version": 1} == made.json()
    where = f"{root}/workspaces/{made.json()['slug']}"
    assert as_alice.get(where).json()["description"] == "Red"
    changed = as_alice.put(where, {"name": "Vixen"}, JSON).json()
    assert (changed["name"], changed["description"], changed["version"]) == ("Vixen", "Red", 2)
    assert as_alice.get(f"{root}/workspaces/{made.json()['id']}").json()["name"] == "Vixen"
    assert as_alice.delete(where).status_code == 204
    assert as_alice.get(where).status_code == 404


def test_they_are_found_page_by_page(as_alice, alice, django_assert_max_num_queries):
    for name in ("Red fox", "Grey fox", "Heron"):
        Workspace.found(alice, name)
    with django_assert_max_num_queries(6):
        first = as_alice.get("/api/v1/workspaces?q=FOX&limit=1").json()
    second = as_alice.get(first["next"]).json()
    names = [each["name"] for page in (first, second) for each in page["workspaces"]]
    assert sorted(names) == ["Grey fox", "Red fox"]
    assert second["next"] is None


@pytest.mark.parametrize("sent", [{}, {"name": ""}, {"name": 3}, {"name": "x", "slug": "y"}])
def test_what_is_no_workspace_is_refused(as_alice, sent):
    assert as_alice.post("/api/v1/workspaces", sent, JSON).status_code == 400


def test_a_name_twice_is_refused(as_alice, alice):
    Workspace.found(alice, "Fox")
    refused = as_alice.post("/api/v1/workspaces", {"name": "fox"}, JSON)
    assert refused.status_code == 400
    assert "name" in refused.json()["error"]["fields"]


def test_nobody_writes_over_what_they_have_not_seen(as_alice, studio):
    where = f"/api/v1/workspaces/{studio.slug}"
    tag = as_alice.get(where).headers["ETag"]
    assert as_alice.patch(where, {"name": "A"}, JSON, headers={"If-Match": tag}).status_code == 200
    late = as_alice.patch(where, {"name": "B"}, JSON, headers={"If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "changed")
    older = as_alice.patch(
        f"/api/workspaces/{studio.slug}", {"name": "B"}, JSON, headers={"If-Match": tag}
    )
    assert older.status_code == 409
    assert Workspace.objects.get(pk=studio.pk).name == "A"


def test_what_has_not_changed_is_not_sent_again(as_alice, studio):
    where = f"/api/v1/workspaces/{studio.slug}"
    tag = as_alice.get(where).headers["ETag"]
    again = as_alice.get(where, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_only_the_owner_changes_it(as_charlie, charlie, studio):
    where = f"/api/v1/workspaces/{studio.slug}"
    assert as_charlie.get(where).status_code == 404
    Membership.objects.create(workspace=studio, user=charlie, role="editor")
    assert as_charlie.get(where).json()["role"] == "editor"
    assert as_charlie.patch(where, {"name": "Mine"}, JSON).status_code == 404
    assert as_charlie.delete(where).status_code == 404
