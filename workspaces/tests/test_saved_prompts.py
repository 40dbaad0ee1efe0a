"""Saved prompts: kept from the form, loaded into it, in the menu of whoever may use them."""

import pytest

from workspaces.models import Membership, SavedPrompt, Scope, Style, Theme

pytestmark = pytest.mark.both

PARTS = {
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
def around(studio):
    style = Style.objects.create(scope=Scope.SITE, name="Ink")
    theme = Theme.objects.create(scope=Scope.SITE, name="Dusk", base_prompt="at dusk")
    return {"style": str(style.pk), "theme": str(theme.pk)}


def keep(client, **more):
    sent = {"title": "My house", **PARTS, **more}
    return client.post("/w/studio/saved/", sent, headers={"Accept": "application/json"})


def test_each_of_the_nine_parts_comes_back(as_alice, studio, around):
    response = keep(as_alice, **around, tags="night, houses,night")
    assert response.status_code == 201
    assert "My house" in response.content.decode()
    kept = SavedPrompt.objects.get()
    assert kept.tags == ["night", "houses"]
    assert as_alice.get(f"/w/studio/saved/{kept.pk}/").json() == {**PARTS, **around}


def test_a_title_is_made_of_the_prompt_where_there_is_none(as_alice, studio):
    keep(as_alice, title=" ")
    assert SavedPrompt.objects.get().title == "a {red|blue} house"


def test_what_is_no_number_is_refused_in_a_sentence(as_alice, studio):
    response = keep(as_alice, width="wide")
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["width"]
    assert not SavedPrompt.objects.exists()


def test_without_words_there_is_nothing_to_keep(as_alice, studio):
    assert keep(as_alice, prompt="").status_code == 400


def test_those_of_the_workspace_are_everybodys_there(as_alice, as_bob, studio):
    keep(as_alice)
    assert "My house" in as_bob.get("/w/studio/saved/").content.decode()


def test_personal_ones_are_ones_own_in_every_workspace(as_alice, as_bob, studio, alice):
    keep(as_alice, scope="personal")
    assert "My house" in as_alice.get("/w/studio/saved/").content.decode()
    assert "My house" not in as_bob.get("/w/studio/saved/").content.decode()
    kept = SavedPrompt.objects.get()
    assert as_bob.get(f"/w/studio/saved/{kept.pk}/").status_code == 404


def test_whoever_made_it_or_owns_the_workspace_deletes_it(as_alice, as_bob, studio):
    keep(as_alice)
    kept = SavedPrompt.objects.get()
    assert as_bob.post(f"/w/studio/saved/{kept.pk}/delete/").status_code == 403
    assert as_alice.post(f"/w/studio/saved/{kept.pk}/delete/").status_code == 200
    keep(as_bob)
    theirs = SavedPrompt.objects.living().get()
    assert as_alice.post(f"/w/studio/saved/{theirs.pk}/delete/").status_code == 200
    assert not SavedPrompt.objects.living().exists()


def test_what_is_deleted_can_be_had_back_by_whoever_might_delete_it(as_alice, as_bob, studio):
    keep(as_alice)
    kept = SavedPrompt.objects.get()
    assert "My house" not in as_alice.post(f"/w/studio/saved/{kept.pk}/delete/").content.decode()
    assert as_alice.get(f"/w/studio/saved/{kept.pk}/").status_code == 404
    restore = f"/w/studio/saved/{kept.pk}/restore/"
    assert as_bob.post(restore).status_code == 403
    assert "My house" in as_alice.post(restore).content.decode()


def test_kept_without_a_seed_it_is_by_chance_again(as_alice, studio):
    keep(as_alice, seed="")
    kept = SavedPrompt.objects.get()
    assert as_alice.get(f"/w/studio/saved/{kept.pk}/").json()["seed"] == ""


def test_what_is_not_there_for_this_person_is_refused(as_alice, studio, bob):
    theirs = Style.objects.create(scope=Scope.PERSONAL, owner=bob, name="Bob's")
    refused = keep(as_alice, style=str(theirs.pk))
    assert list(refused.json()["error"]["fields"]) == ["style"]
    assert not SavedPrompt.objects.exists()


def test_who_only_looks_keeps_nothing(as_bob, bob, studio):
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert keep(as_bob).status_code == 403
    assert not SavedPrompt.objects.exists()


def test_strangers_see_nothing(as_charlie, studio):
    assert as_charlie.get("/w/studio/saved/").status_code == 404
    assert keep(as_charlie).status_code == 404


def test_a_deleted_style_leaves_the_prompt(as_alice, studio, around):
    keep(as_alice, **around)
    Style.objects.all().delete()
    kept = SavedPrompt.objects.get()
    assert as_alice.get(f"/w/studio/saved/{kept.pk}/").json()["style"] == ""
