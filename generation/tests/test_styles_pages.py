"""The pages of styles: seen, made, changed, deleted; and nobody else's."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation import collector
from generation.views import styles as pages
from workspaces.models import Membership, Scope, Style

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Ink",
    "positive_prompt": "{prompt}, ink on rough paper",
    "negative_prompt": "photo",
    "workspace": "",
    "model": "",
    "num_inference_steps": "12",
    "guidance_scale": "3.5",
    "seed": "0",
}


@pytest.fixture
def shared(studio, bob):
    return Style.objects.create(
        owner=bob, scope=Scope.WORKSPACE, workspace=studio, name="Ours", positive_prompt="oil"
    )


def test_one_is_made_changed_and_deleted(as_alice, alice, painter):
    assert as_alice.post("/styles/new/", NEW | {"model": "painter"}).url == "/styles/"
    style = Style.objects.get(name="Ink")
    assert (style.owner, style.scope, style.workspace) == (alice, Scope.PERSONAL, None)
    assert style.settings == {
        "model": "painter",
        "num_inference_steps": 12,
        "guidance_scale": 3.5,
        "seed": 0,
    }
    page = as_alice.get("/styles/").content.decode()
    for said in ("ink on rough paper", "Without: photo", "Painter", "12 steps", "guidance 3.5"):
        assert said in page
    edit = f"/styles/{style.pk}/edit/"
    assert "ink on rough paper" in as_alice.get(edit).content.decode()
    assert as_alice.post(edit, NEW | {"seed": ""}).url == "/styles/"
    style.refresh_from_db()
    assert (style.seed, style.model) == (None, "")
    assert as_alice.post(f"/styles/{style.pk}/delete/").url == "/styles/"
    assert as_alice.get(edit).status_code == 404


def test_what_was_made_stands_in_the_studio_and_fills_its_form(as_alice, studio, painter):
    as_alice.post("/styles/new/", NEW | {"workspace": studio.pk})
    style = Style.objects.get(name="Ink")
    page = as_alice.get("/w/studio/").content.decode()
    tag = re.search(rf'value="{style.pk}" data-settings="([^"]*)"', page)
    settings = json.loads(tag[1].replace("&quot;", '"'))
    assert settings == {"num_inference_steps": 12, "guidance_scale": 3.5, "seed": 0}


def test_what_is_deleted_can_be_had_back_until_it_is_forgotten(as_alice, as_bob, alice, studio):
    as_alice.post("/styles/new/", NEW)
    style = Style.objects.get(name="Ink")
    page = as_alice.post(f"/styles/{style.pk}/delete/", follow=True).content.decode()
    restore = f"/styles/{style.pk}/restore/"
    assert re.search(rf'<form method="post" action="{restore}">.*?data-undo', page)
    assert style not in Style.objects.usable_in(studio, alice)
    assert as_bob.post(restore).status_code == 404
    assert "ink on rough paper" in as_alice.post(restore, follow=True).content.decode()
    assert style in Style.objects.usable_in(studio, alice)
    as_alice.post(f"/styles/{style.pk}/delete/")
    assert collector.forget_presets(now() - timedelta(days=30)) == 0
    assert collector.forget_presets(now()) == 1
    assert as_alice.post(restore).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"positive_prompt": "{prompt} and {prompt}"}, "positive_prompt"),
        ({"positive_prompt": "x" * 4001}, "positive_prompt"),
        ({"model": "nonsense"}, "model"),
        ({"num_inference_steps": "0"}, "num_inference_steps"),
        ({"guidance_scale": "nan"}, "guidance_scale"),
        ({"seed": str(2**32)}, "seed"),
        ({"workspace": "nonsense"}, "workspace"),
        (dict.fromkeys(NEW, "") | {"name": "Empty"}, "positive_prompt"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(as_alice, wrong, field):
    answer = as_alice.post("/styles/new/", NEW | wrong)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Style.objects.filter(owner__isnull=False).exists()


def test_one_like_the_sites_is_ones_own_and_the_sites_stays(as_alice, alice):
    given = Style.objects.create(scope=Scope.SITE, name="Given", positive_prompt="{prompt}, oil")
    form = as_alice.get(f"/styles/{given.pk}/copy/").content.decode()
    assert "{prompt}, oil" in form
    assert 'action="/styles/new/"' in form
    as_alice.post("/styles/new/", NEW | {"name": "Given"})
    assert Style.objects.get(owner=alice).name == "Given"
    assert as_alice.post(f"/styles/{given.pk}/edit/", NEW).status_code == 403
    assert as_alice.post(f"/styles/{given.pk}/delete/").status_code == 403


def test_a_workspaces_is_seen_by_its_members_and_changed_by_its_author_and_its_owner(
    as_alice, as_bob, as_charlie, shared, bob
):
    edit = f"/styles/{shared.pk}/edit/"
    assert [c.get(edit).status_code for c in (as_alice, as_bob, as_charlie)] == [200, 200, 404]
    assert "Ours" not in as_charlie.get("/styles/").content.decode()
    assert as_charlie.get(f"/styles/{shared.pk}/copy/").status_code == 404
    assert as_charlie.post(f"/styles/{shared.pk}/delete/").status_code == 404
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert "Ours" in as_bob.get("/styles/").content.decode()
    assert as_bob.get(edit).status_code == 403


def test_a_model_that_has_gone_stays_what_the_style_says(as_alice, alice, painter):
    style = Style.objects.create(
        owner=alice, scope=Scope.PERSONAL, name="Old", positive_prompt="x", model="gone"
    )
    edit = f"/styles/{style.pk}/edit/"
    assert '<option value="gone" selected>' in as_alice.get(edit).content.decode()
    as_alice.post(edit, NEW | {"model": "gone"})
    style.refresh_from_db()
    assert style.model == "gone"


def test_so_many_and_no_more(as_alice, monkeypatch):
    monkeypatch.setattr(pages, "MOST", 1)
    as_alice.post("/styles/new/", NEW)
    answer = as_alice.post("/styles/new/", NEW | {"name": "Another"})
    assert "You may keep 1 of these" in answer.content.decode()
    assert not Style.objects.filter(name="Another").exists()


def test_many_cost_no_more_queries(as_alice, alice, studio, shared):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_alice.get("/styles/")
        return len(asked)

    queries()  # the first page makes an account
    few = queries()
    for number in range(20):
        Style.objects.create(
            owner=alice, scope=Scope.PERSONAL, name=f"Style {number}", positive_prompt="x"
        )
    assert queries() == few
