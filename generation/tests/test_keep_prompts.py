"""Prompts are saved from pictures and from requests: as they were written, with all nine parts."""

import pytest

from generation.models import Batch, Image
from generation.tests.engine import draw_all
from workspaces.models import Membership, SavedPrompt, Scope, Style, Theme

pytestmark = pytest.mark.django_db

FETCH = {"X-Requested-With": "fetch", "Accept": "text/html, application/json"}
ASKED = {
    "model": "painter",
    "prompt": "a {red|red} house",
    "negative_prompt": "people",
    "width": 128,
    "height": 64,
    "num_inference_steps": 9,
    "guidance_scale": 6.5,
    "seed": 42,
    "count": 2,
}


@pytest.fixture
def drawn(as_alice, studio, painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    style = Style.objects.create(scope=Scope.SITE, name="Ink", positive_prompt="{prompt}, ink")
    theme = Theme.objects.create(scope=Scope.SITE, name="Dusk", base_prompt="at dusk")
    sent = ASKED | {"style": str(style.pk), "theme": str(theme.pk)}
    as_alice.post("/w/studio/generate/", sent, headers=FETCH)
    draw_all()
    return Batch.objects.order_by("id").first()


def test_a_pictures_prompt_is_kept_as_it_was_written_with_its_own_seed(as_alice, alice, drawn):
    second = Image.objects.get(job__batch=drawn, job__index=1)
    told = as_alice.post(f"/w/studio/images/{second.pk}/keep/", headers=FETCH)
    assert told.status_code == 201
    row = SavedPrompt.objects.get()
    assert told.json()["edit"] == f"/prompts/{row.pk}/edit/"
    assert "“a {red|red} house” is saved." in told.json()["text"]
    assert (row.owner, row.scope, row.workspace) == (alice, Scope.WORKSPACE, drawn.workspace)
    batch = Batch.objects.get(pk=drawn.pk)
    assert row.settings == {
        "prompt": "a {red|red} house",
        "negative_prompt": "people",
        "style": str(Style.objects.get().pk),
        "theme": str(Theme.objects.get().pk),
        "model": "painter",
        "width": batch.width,
        "height": batch.height,
        "num_inference_steps": batch.num_inference_steps,
        "guidance_scale": batch.guidance_scale,
        "seed": second.job.seed,
    }
    assert "a {red|red} house" in as_alice.get("/w/studio/saved/").content.decode()


def test_the_same_is_not_kept_twice(as_alice, drawn):
    address = f"/w/studio/batches/{drawn.pk}/keep/"
    assert as_alice.post(address, headers=FETCH).status_code == 201
    SavedPrompt.objects.update(title="House")
    again = as_alice.post(address, headers=FETCH)
    assert again.status_code == 200
    assert "saved already, as “House”" in again.json()["text"]
    assert SavedPrompt.objects.count() == 1
    assert SavedPrompt.objects.get().seed == drawn.seed


def test_the_pictures_page_leads_to_where_title_and_tags_are_given(as_alice, drawn):
    picture = Image.objects.filter(job__batch=drawn).first()
    page = as_alice.get(f"/w/studio/images/{picture.pk}/").content.decode()
    assert f'action="/w/studio/images/{picture.pk}/keep/"' in page
    answer = as_alice.post(f"/w/studio/images/{picture.pk}/keep/")
    assert answer.url == f"/prompts/{SavedPrompt.objects.get().pk}/edit/"


def test_what_has_gone_is_left_out(as_alice, drawn):
    Style.objects.all().delete()
    as_alice.post(f"/w/studio/batches/{drawn.pk}/keep/")
    row = SavedPrompt.objects.get()
    assert (row.style, row.theme.name) == (None, "Dusk")


def page(client):
    return client.get("/w/studio/").content.decode()


def test_members_may_and_who_only_looks_or_is_a_stranger_may_not(
    as_alice, as_bob, as_charlie, bob, drawn
):
    address = f"/w/studio/batches/{drawn.pk}/keep/"
    assert as_charlie.post(address).status_code == 404
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert as_bob.post(address, headers=FETCH).status_code == 403
    # Once in a page, for all of its cards.
    assert "/batches/00000000-0000-0000-0000-000000000000/keep/" not in page(as_bob)
    assert "/batches/00000000-0000-0000-0000-000000000000/keep/" in page(as_alice)
    Membership.objects.filter(user=bob).update(role=Membership.Role.EDITOR)
    assert as_bob.post(address, headers=FETCH).status_code == 201
    assert SavedPrompt.objects.get().owner == bob


def test_a_picture_without_words_has_no_prompt(as_alice, drawn):
    Batch.objects.filter(pk=drawn.pk).update(prompt="", template=None)
    answer = as_alice.post(f"/w/studio/batches/{drawn.pk}/keep/", headers=FETCH)
    assert answer.status_code == 422
    assert not SavedPrompt.objects.exists()
