"""The pages of themes: seen, made, changed, deleted; and nobody else's."""

import html
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation import collector
from workspaces import first_words
from workspaces.models import Membership, Scope, Style, Theme
from workspaces.views import themes

pytestmark = pytest.mark.django_db

NEW = {"name": "Paper", "base_prompt": "layered paper cut", "description": "", "workspace": ""}


@pytest.fixture
def shared(studio, bob):
    return Theme.objects.create(
        owner=bob, scope=Scope.WORKSPACE, workspace=studio, name="Ours", base_prompt="ink"
    )


def test_one_is_made_changed_and_deleted(as_alice, alice):
    assert as_alice.post("/themes/new/", NEW).url == "/themes/"
    theme = Theme.objects.get(name="Paper")
    assert (theme.owner, theme.scope, theme.workspace) == (alice, Scope.PERSONAL, None)
    assert "layered paper cut" in as_alice.get("/themes/").content.decode()
    edit = f"/themes/{theme.pk}/edit/"
    assert "layered paper cut" in as_alice.get(edit).content.decode()
    assert as_alice.post(edit, NEW | {"base_prompt": "folded paper"}).url == "/themes/"
    theme.refresh_from_db()
    assert theme.base_prompt == "folded paper"
    assert as_alice.post(f"/themes/{theme.pk}/delete/").url == "/themes/"
    assert not Theme.objects.living().filter(pk=theme.pk).exists()
    assert as_alice.get(edit).status_code == 404


def test_what_is_deleted_can_be_had_back_by_an_undo(as_alice, as_bob, alice, studio):
    as_alice.post("/themes/new/", NEW)
    theme = Theme.objects.get(name="Paper")
    page = as_alice.post(f"/themes/{theme.pk}/delete/", follow=True).content.decode()
    restore = f"/themes/{theme.pk}/restore/"
    undo = re.search(rf'<form method="post" action="{restore}">.*?</form>', page)
    assert "data-undo" in undo[0]
    assert "layered paper cut" not in page
    assert theme not in Theme.objects.usable_in(studio, alice)
    assert as_bob.post(restore).status_code == 404
    page = as_alice.post(restore, follow=True).content.decode()
    assert "layered paper cut" in page
    assert theme in Theme.objects.usable_in(studio, alice)


def test_it_can_be_for_a_workspace_and_goes_without_it(as_alice, studio):
    as_alice.post("/themes/new/", NEW | {"workspace": studio.pk})
    theme = Theme.objects.get(name="Paper")
    assert (theme.scope, theme.workspace) == (Scope.WORKSPACE, studio)
    studio.theme = theme
    studio.save()
    assert "Paper · " in as_alice.get("/workspaces/").content.decode()
    as_alice.post(f"/themes/{theme.pk}/delete/")
    assert "Paper · " not in as_alice.get("/workspaces/").content.decode()
    collector.forget_presets(now() - timedelta(days=30))
    studio.refresh_from_db()
    assert studio.theme == theme
    collector.forget_presets(now())
    studio.refresh_from_db()
    assert studio.theme is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\u200b"},
        {"name": "x" * 101},
        {"base_prompt": " "},
        {"base_prompt": "x" * 2001},
        {"workspace": "nonsense"},
    ],
)
def test_what_will_not_do_is_said_beside_its_field(as_alice, wrong):
    answer = as_alice.post("/themes/new/", NEW | wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert not Theme.objects.filter(owner__isnull=False).exists()


def test_not_into_a_workspace_of_others_or_one_to_look_at(as_charlie, as_bob, bob, studio):
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    for client in (as_charlie, as_bob):
        answer = client.post("/themes/new/", NEW | {"workspace": studio.pk})
        assert "workspace" in answer.context["form"].errors


def test_a_workspaces_is_seen_by_its_members_and_changed_by_its_author_and_its_owner(
    as_alice, as_bob, as_charlie, shared, bob
):
    edit = f"/themes/{shared.pk}/edit/"
    assert [c.get(edit).status_code for c in (as_alice, as_bob, as_charlie)] == [200, 200, 404]
    assert "Ours" not in as_charlie.get("/themes/").content.decode()
    assert as_charlie.post(f"/themes/{shared.pk}/delete/").status_code == 404
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert "Ours" in as_bob.get("/themes/").content.decode()
    assert as_bob.get(edit).status_code == 403


def test_the_sites_own_are_staffs(as_alice):
    theme = Theme.objects.create(scope=Scope.SITE, name="Given", base_prompt="oil")
    assert "Given" in as_alice.get("/themes/").content.decode()
    refused = as_alice.post(f"/themes/{theme.pk}/edit/", NEW)
    assert refused.status_code == 403
    assert "This is the site's, for everybody." in html.unescape(refused.text)
    assert as_alice.post(f"/themes/{theme.pk}/delete/").status_code == 403


def test_so_many_and_no_more(as_alice, monkeypatch):
    monkeypatch.setattr(themes, "MOST", 1)
    as_alice.post("/themes/new/", NEW)
    answer = as_alice.post("/themes/new/", NEW | {"name": "Another"})
    assert "You may keep 1 of these" in answer.content.decode()
    assert not Theme.objects.filter(name="Another").exists()


def test_many_cost_no_more_queries(as_alice, alice, studio, shared):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_alice.get("/themes/")
        return len(asked)

    queries()  # the first page makes an account
    few = queries()
    for number in range(20):
        Theme.objects.create(
            owner=alice, scope=Scope.PERSONAL, name=f"Theme {number}", base_prompt="x"
        )
    assert queries() == few


def test_they_need_a_person(client):
    assert client.get("/themes/").url.startswith("/account/login/")


@pytest.mark.parametrize("has_owner", [True, False])
def test_who_takes_one_out_of_a_workspace_has_it(as_alice, alice, shared, has_owner):
    """An owner may change what somebody else made there, or staff."""
    if not has_owner:
        Theme.objects.filter(pk=shared.pk).update(owner=None)
    assert as_alice.post(f"/themes/{shared.pk}/edit/", NEW).url == "/themes/"
    shared.refresh_from_db()
    assert (shared.scope, shared.workspace, shared.owner) == (Scope.PERSONAL, None, alice)


def test_the_sites_have_a_picture_each_also_those_that_were_made_without(as_alice):
    first_words.seed()
    for kind in (Style, Theme):
        files = set(kind.objects.values_list("sample", flat=True))
        assert all((settings.BASE_DIR / "static" / file).stat().st_size < 10_000 for file in files)
        assert len(files) == kind.objects.count()
    Theme.objects.update(sample="")
    Theme.objects.filter(name="By the sea").update(sample="mine.webp")
    first_words.seed()
    assert Theme.objects.get(name="Deep winter").sample == "themes/winter.webp"
    assert Theme.objects.get(name="By the sea").sample == "mine.webp"
    assert "themes/winter" in as_alice.get("/themes/").content.decode()
