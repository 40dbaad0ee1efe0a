"""The library of saved prompts: found, made, changed, thrown away and had back; by nobody else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation import collector
from generation.contract import MAX_SEED
from generation.views.prompts import editing
from workspaces.library import limits
from workspaces.models import Membership, SavedPrompt, Scope, Style, Theme, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def around(studio):
    style = Style.objects.create(scope=Scope.SITE, name="Ink", positive_prompt="ink")
    theme = Theme.objects.create(scope=Scope.SITE, name="Dusk", base_prompt="at dusk")
    return {"style": str(style.pk), "theme": str(theme.pk)}


NEW = {
    "title": "My house",
    "tags": "Night, houses,night",
    "prompt": "a {red|blue} house\nby the sea",
    "negative_prompt": "people",
    "theme": "",
    "style": "",
    "model": "",
    "workspace": "",
    "width": "128",
    "height": "64",
    "num_inference_steps": "9",
    "guidance_scale": "6.5",
    "seed": "42",
}


def kept(owner, title="House", tags=(), prompt="a house", **more):
    return SavedPrompt.objects.create(
        owner=owner, title=title, tags=list(tags), prompt=prompt, **{"scope": "personal", **more}
    )


def titles(client, query=""):
    page = client.get(f"/prompts/{query}").content.decode()
    return re.findall(r'<h2[^>]*id="prompt-[^"]*">([^<]*)</h2>', page)


def test_one_is_made_with_all_nine_parts_changed_and_deleted(as_alice, alice, painter, around):
    sent = NEW | around | {"model": "painter"}
    assert as_alice.post("/prompts/new/", sent).url == "/prompts/"
    row = SavedPrompt.objects.get()
    assert (row.owner, row.scope, row.tags) == (alice, Scope.PERSONAL, ["Night", "houses"])
    assert row.settings == {
        "prompt": "a {red|blue} house\nby the sea",
        "negative_prompt": "people",
        **around,
        "model": "painter",
        "width": 128,
        "height": 64,
        "num_inference_steps": 9,
        "guidance_scale": 6.5,
        "seed": 42,
    }
    page = as_alice.get("/prompts/").content.decode()
    for said in ("My house", "Without: people", "Painter", "128 \u00d7 64", "9 steps", "style Ink"):
        assert said in page
    edit = f"/prompts/{row.pk}/edit/"
    assert "by the sea" in as_alice.get(edit).content.decode()
    assert as_alice.post(edit, sent | {"title": "Ours", "seed": ""}).url == "/prompts/"
    row.refresh_from_db()
    assert (row.title, row.seed) == ("Ours", None)
    assert as_alice.post(f"/prompts/{row.pk}/delete/").url == "/prompts/"
    assert titles(as_alice) == []
    assert as_alice.get(edit).status_code == 404


def test_what_is_deleted_can_be_had_back_until_it_is_forgotten(as_alice, as_bob, alice, studio):
    row = kept(alice)
    page = as_alice.post(f"/prompts/{row.pk}/delete/", follow=True).content.decode()
    restore = f"/prompts/{row.pk}/restore/"
    assert re.search(rf'<form method="post" action="{restore}">.*?data-undo', page)
    assert row not in SavedPrompt.objects.usable_in(studio, alice)
    assert as_bob.post(restore).status_code == 404
    assert as_alice.post(restore).status_code == 302
    assert titles(as_alice) == ["House"]
    as_alice.post(f"/prompts/{row.pk}/delete/")
    assert collector.forget_presets(now()) == 1
    assert as_alice.post(restore).status_code == 404


def test_words_are_found_wherever_they_stand_and_however_they_are_written(as_alice, alice):
    kept(alice, "Grüße", ["Küche"], "ÄPFEL on a table")
    kept(alice, "Boat", ["sea"], "a white boat", negative_prompt="Äpfel")
    kept(alice, "Percent", [], "100% wool_")
    assert titles(as_alice, "?q=äpfel") == ["Boat", "Grüße"]
    assert titles(as_alice, "?q=GRÜSSE") == titles(as_alice, "?q=küche+TABLE") == ["Grüße"]
    assert titles(as_alice, "?q=100%25") == titles(as_alice, "?q=wool_") == ["Percent"]
    assert titles(as_alice, "?q=a_white") == []
    assert "No prompt is like that" in as_alice.get("/prompts/?q=zeppelin").content.decode()


def test_tags_filter_and_are_counted(as_alice, alice):
    kept(alice, "One", ["Night", "sea"])
    kept(alice, "Two", ["night"], "\n#sea\nsea")
    assert titles(as_alice, "?tag=NIGHT") == ["Two", "One"]
    assert titles(as_alice, "?tag=sea") == ["One"]
    assert titles(as_alice, "?tag=se") == []
    assert titles(as_alice, "?tag=night&q=two") == ["Two"]
    page = as_alice.get("/prompts/?tag=night").content.decode()
    assert 'aria-label="No longer only night"' in page
    for number in range(30):
        kept(alice, tags=[f"often {number}"])
    assert 'aria-label="No longer only sea"' in as_alice.get("/prompts/?tag=sea").content.decode()
    assert "No longer only gone" in as_alice.get("/prompts/?tag=gone").content.decode()


def test_each_place_can_be_looked_at_alone(as_alice, alice, studio):
    kept(alice, "Own")
    kept(alice, "Shared", scope=Scope.WORKSPACE, workspace=studio)
    assert titles(as_alice) == ["Shared", "Own"]
    assert titles(as_alice, "?in=own") == ["Own"]
    assert titles(as_alice, f"?in={studio.pk}") == ["Shared"]
    assert titles(as_alice, "?in=nonsense") == []


def test_long_libraries_have_pages(as_alice, alice):
    for number in range(21):
        kept(alice, f"Prompt {number}", ["t"])
    assert titles(as_alice)[0] == "Prompt 20"
    assert titles(as_alice, "?tag=t&page=2") == ["Prompt 0"]
    assert "?tag=t&amp;page=2" in as_alice.get("/prompts/?tag=t").content.decode()


def test_a_copy_begins_as_the_other_is(as_alice, as_bob, alice, bob, studio):
    row = kept(alice, scope=Scope.WORKSPACE, workspace=studio, seed=7, tags=["x"])
    form = as_bob.get(f"/prompts/{row.pk}/copy/").content.decode()
    assert 'action="/prompts/new/"' in form
    assert 'value="House (copy)"' in form
    assert 'value="7"' in form
    assert SavedPrompt.objects.count() == 1
    assert as_bob.post("/prompts/new/", NEW | {"workspace": studio.pk}).status_code == 302
    assert SavedPrompt.objects.get(owner=bob).workspace == studio


def test_a_workspaces_is_seen_by_its_members_and_changed_by_its_author_and_its_owner(
    as_alice, as_bob, as_charlie, bob, studio
):
    row = kept(bob, scope=Scope.WORKSPACE, workspace=studio)
    edit = f"/prompts/{row.pk}/edit/"
    assert [c.get(edit).status_code for c in (as_alice, as_bob, as_charlie)] == [200, 200, 404]
    assert titles(as_charlie) == []
    for path in ("copy", "use"):
        assert as_charlie.get(f"/prompts/{row.pk}/{path}/").status_code == 404
    assert as_charlie.post(f"/prompts/{row.pk}/delete/").status_code == 404
    assert "House" not in as_charlie.get(f"/prompts/export/?id={row.pk}").content.decode()
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert titles(as_bob) == ["House"]
    assert as_bob.get(edit).status_code == 403
    assert as_bob.post("/prompts/new/", NEW | {"workspace": studio.pk}).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"prompt": " \n "}, "prompt"),
        ({"prompt": "x" * 20_001}, "prompt"),
        ({"title": "x" * 201}, "title"),
        ({"width": ""}, "width"),
        ({"height": "0"}, "height"),
        ({"num_inference_steps": "many"}, "num_inference_steps"),
        ({"guidance_scale": "nan"}, "guidance_scale"),
        ({"seed": str(2**32)}, "seed"),
        ({"style": "00000000-0000-7000-8000-000000000000"}, "style"),
        ({"model": "nonsense"}, "model"),
        ({"workspace": "nonsense"}, "workspace"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(as_alice, wrong, field):
    answer = as_alice.post("/prompts/new/", NEW | wrong)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not SavedPrompt.objects.exists()


def test_without_a_title_the_prompt_gives_one(as_alice):
    as_alice.post("/prompts/new/", NEW | {"title": " ", "prompt": "a quiet harbour " * 9})
    assert (
        SavedPrompt.objects.get().title
        == "a quiet harbour a quiet harbour a quiet harbour a quiet…"
    )


def test_the_style_of_another_workspace_is_not_for_this_ones_prompts(as_alice, alice, studio):
    other = Workspace.found(alice, "Other")
    style = Style.objects.create(
        owner=alice, scope=Scope.WORKSPACE, workspace=other, name="Theirs", positive_prompt="x"
    )
    sent = NEW | {"style": str(style.pk), "workspace": str(studio.pk)}
    answer = as_alice.post("/prompts/new/", sent)
    assert list(answer.context["form"].errors) == ["style"]
    assert as_alice.post("/prompts/new/", sent | {"workspace": str(other.pk)}).status_code == 302


def test_seeds_end_where_those_of_the_models_do():
    assert limits.MAX_SEED == MAX_SEED


def test_use_leads_to_the_studio_with_the_form_filled_in(as_alice, alice, studio, painter):
    row = kept(alice, "House", scope=Scope.WORKSPACE, workspace=studio, width=64, height=64)
    address = as_alice.get(f"/prompts/{row.pk}/use/").url
    assert address == f"/w/studio/?saved={row.pk}"
    page = as_alice.get(address)
    assert page.context["reuse"] == row.settings
    assert page.context["reuse"]["seed"] == ""
    own = kept(alice, "Own")
    assert as_alice.get(f"/prompts/{own.pk}/use/").url == f"/w/studio/?saved={own.pk}"
    row.trash()
    assert as_alice.get(address).context["reuse"] is None
    assert as_alice.get("/w/studio/?saved=nonsense").context["reuse"] is None


def test_the_studio_leads_to_those_of_its_workspace(as_alice, as_bob, bob, alice, studio, painter):
    kept(alice, "Own")
    kept(alice, "Shared", scope=Scope.WORKSPACE, workspace=studio)
    export, bring = f"/prompts/export/?in={studio.pk}", f"/prompts/import/?workspace={studio.pk}"
    page = as_bob.get("/w/studio/").content.decode()
    assert f'href="{export}"' in page
    assert f'href="{bring}"' in page
    assert "Edit workspace" not in page
    assert [each["title"] for each in as_bob.get(export).json()["prompts"]] == ["Shared"]
    assert f'<option value="{studio.pk}" selected>' in as_bob.get(bring).content.decode()
    assert as_bob.get("/prompts/import/?workspace=nonsense").status_code == 200
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert f'href="{bring}"' not in as_bob.get("/w/studio/").content.decode()


def test_so_many_and_no_more(as_alice, monkeypatch):
    monkeypatch.setattr(editing, "MOST", 1)
    as_alice.post("/prompts/new/", NEW)
    answer = as_alice.post("/prompts/new/", NEW | {"title": "Another"})
    assert "You may keep 1 of these" in answer.content.decode()
    assert SavedPrompt.objects.count() == 1


def test_it_survives_its_workspace_as_its_authors_own(as_alice, alice, bob, studio):
    row = kept(bob, scope=Scope.WORKSPACE, workspace=studio)
    studio.delete_with_everything()
    row.refresh_from_db()
    assert (row.owner, row.scope, row.workspace) == (bob, Scope.PERSONAL, None)
    assert titles(as_alice) == []


def test_many_cost_no_more_queries(as_alice, alice, studio, around):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_alice.get("/prompts/?q=house")
        return len(asked)

    as_alice.get("/prompts/")  # the first page makes an account
    kept(alice)
    few = queries()
    for number in range(15):
        kept(
            alice,
            f"House {number}",
            [f"tag {number}"],
            style_id=around["style"],
            scope=Scope.WORKSPACE,
            workspace=studio,
        )
    assert queries() == few
