"""Two people change the same: nobody writes over what they have not seen, and nothing is lost."""

import re

import pytest
from django.urls import reverse

from generation.tests.engine import at_once
from pixazo.models import Event
from pixazo.tests.test_every_url import row_counts
from workspaces.models import SavedPrompt, Scope, Style, Theme, WordList, Workspace
from workspaces.models.versioned import ChangedMeanwhile

pytestmark = pytest.mark.django_db

# Model, address of its form, and what the form sends but for the text that is written anew.
KINDS = {
    "theme": (Theme, "theme_edit", {"name": "Dusk", "description": ""}, "base_prompt"),
    "style": (Style, "style_edit", {"name": "Ink", "guidance_scale": "7.5"}, "positive_prompt"),
    "list": (WordList, "list_edit", {"name": "hues"}, "lines"),
    "prompt": (SavedPrompt, "prompt_edit", {"title": "Fox", "seed": "7"}, "prompt"),
}


@pytest.fixture(params=KINDS)
def kept(request, studio, bob):
    """Bob's in Alice's workspace: both may change it. The row, its address, what its form sends."""
    model, name, sent, text = KINDS[request.param]
    row = model.objects.create(
        owner=bob, scope=Scope.WORKSPACE, workspace=studio, **{text: "as it was"}, **as_rows(sent)
    )
    form = {**sent, "workspace": str(studio.pk)}
    return row, reverse(name, args=[row.pk]), lambda words: {**form, text: words}, text


def as_rows(sent):
    numbers = {"guidance_scale": float, "seed": int}
    return {name: numbers.get(name, str)(value) for name, value in sent.items()}


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode()).group(1)


@pytest.mark.both
def test_the_later_of_two_sees_both_and_chooses(as_alice, as_bob, kept):
    row, address, form, text = kept
    opened = [version_on(client.get(address)) for client in (as_alice, as_bob)]
    assert as_alice.post(address, {**form("by Alice"), "version": opened[0]}).status_code == 302

    page = as_bob.post(address, {**form("by Bob"), "version": opened[1]})
    assert page.status_code == 409
    assert [(each.mine, each.theirs) for each in page.context["differences"]] == [
        ("by Bob", "by Alice")
    ]
    words = page.content.decode()
    assert "Keep mine" in words
    assert "alice has changed this since you opened it" in words
    assert f'href="{address}">Take theirs' in words
    row.refresh_from_db()
    assert getattr(row, text) == "by Alice"

    kept_mine = as_bob.post(address, {**form("by Bob"), "version": version_on(page)})
    assert kept_mine.status_code == 302
    row.refresh_from_db()
    assert getattr(row, text) == "by Bob"


def test_whoever_takes_theirs_has_the_form_as_it_is_now(as_alice, as_bob, kept):
    _, address, form, _ = kept
    version = version_on(as_bob.get(address))
    as_alice.post(address, {**form("by Alice"), "version": version})
    as_bob.post(address, {**form("by Bob"), "version": version})
    page = as_bob.get(address)
    assert "by Alice" in page.content.decode()
    assert "by Bob" not in page.content.decode()


def test_whoever_wrote_the_same_is_not_asked(as_alice, as_bob, kept):
    _, address, form, _ = kept
    version = version_on(as_bob.get(address))
    for client in (as_alice, as_bob):
        assert client.post(address, {**form("the same"), "version": version}).status_code == 302


def test_a_third_change_asks_once_more(as_alice, as_bob, kept):
    _, address, form, _ = kept
    version = version_on(as_bob.get(address))
    as_alice.post(address, {**form("first"), "version": version})
    page = as_bob.post(address, {**form("by Bob"), "version": version})
    as_alice.post(address, {**form("second"), "version": version_on(page)})
    again = as_bob.post(address, {**form("by Bob"), "version": version_on(page)})
    assert again.status_code == 409
    assert again.context["differences"][0].theirs == "second"


@pytest.mark.parametrize("version", ["x", "-1", "9" * 12, "²", ""])
def test_a_version_that_is_none_counts_as_none(as_bob, kept, version):
    _, address, form, _ = kept
    assert as_bob.post(address, {**form("anew"), "version": version}).status_code == 302


def test_what_is_thrown_away_meanwhile_stays_so(as_alice, as_bob, kept):
    row, address, form, text = kept
    version = version_on(as_bob.get(address))
    row.trash()
    before = row_counts()
    page = as_bob.post(address, {**form("by Bob"), "version": version})
    assert page.status_code == 409
    words = page.content.decode()
    assert "It is in the trash" in words
    assert "by Bob" in words
    assert as_bob.get(address).status_code == 404
    with pytest.raises(ChangedMeanwhile):
        row.write_over(None)  # read before that
    row.refresh_from_db()
    assert row.deleted
    assert getattr(row, text) == "as it was"
    assert row_counts() == before


def test_what_was_written_for_it_is_kept_once_it_is_put_back(as_bob, kept):
    row, address, form, text = kept
    version = version_on(as_bob.get(address))
    row.trash()
    page = as_bob.post(address, {**form("by Bob"), "version": version})
    assert 'name="put_back"' in page.content.decode()
    sent = {**form("by Bob"), "version": version_on(page), "put_back": "1"}
    assert as_bob.post(address, sent).status_code == 302
    row.refresh_from_db()
    assert (row.deleted, getattr(row, text)) == (None, "by Bob")


def test_put_back_it_still_is_not_written_over_unseen(as_alice, as_bob, kept):
    row, address, form, _ = kept
    version = version_on(as_bob.get(address))
    as_alice.post(address, {**form("by Alice"), "version": version})
    row.trash()
    page = as_bob.post(address, {**form("by Bob"), "version": version})
    sent = {**form("by Bob"), "version": version_on(page), "put_back": "1"}
    told = as_bob.post(address, sent)
    assert told.status_code == 409
    assert told.context["differences"][0].theirs == "by Alice"


@pytest.mark.both
def test_thrown_away_between_a_look_and_the_writing(as_bob, kept, monkeypatch):
    row, address, form, _ = kept
    write_over = type(row).write_over

    def thrown_away_first(self, version):
        row.trash()
        write_over(self, version)

    monkeypatch.setattr(type(row), "write_over", thrown_away_first)
    page = as_bob.post(address, form("by Bob"))
    assert page.status_code == 409
    assert "It is in the trash" in page.content.decode()


def test_strangers_learn_nothing_of_what_is_in_the_trash(as_charlie, kept):
    row, address, form, _ = kept
    row.trash()
    assert as_charlie.post(address, {**form("x"), "put_back": "1"}).status_code == 404
    row.refresh_from_db()
    assert row.deleted


def test_the_api_minds_the_version_that_it_is_told(as_alice, as_bob, kept):
    row, _, _, text = kept
    kind = {Theme: "themes", Style: "styles", WordList: "lists", SavedPrompt: "prompts"}[type(row)]
    address = f"/api/{kind}/{row.pk}"

    def patch(client, words, headers=None, **more):
        body = {text: words, **more}
        return client.patch(address, body, content_type="application/json", headers=headers or {})

    version = as_bob.get(address).json()["version"]
    done = patch(as_alice, "by Alice", version=version)
    assert done.json()["version"] == version + 1
    for refused in (
        patch(as_bob, "by Bob", version=version),
        patch(as_bob, "by Bob", {"If-Match": f'"{version}"'}),
    ):
        assert refused.status_code == 409
        assert refused.json()["error"]["code"] == "changed"
    assert as_bob.get(address).json()[text] == "by Alice"
    assert patch(as_bob, "by Bob", {"If-Match": f'W/"{version + 1}"'}).status_code == 200
    tag = as_bob.get(address).headers["ETag"]
    assert tag.startswith(f'"{version + 2}-')
    assert patch(as_bob, "by a list", {"If-Match": f'"7-x", {tag}'}).status_code == 200
    assert patch(as_bob, "late", {"If-Match": f'"7-x", {tag}'}).status_code == 409
    assert patch(as_bob, "whatever is there").status_code == 200
    assert patch(as_bob, "any", {"If-Match": "*"}).status_code == 200
    for wrong in ("x", True, -1, 1.5, [1]):
        assert patch(as_bob, "no", version=wrong).status_code == 400


def test_a_workspaces_name_and_words_are_minded_too(as_alice, studio):
    address = "/w/studio/edit/"
    version = version_on(as_alice.get(address))
    first = {"name": "Atelier", "description": "of one tab", "version": version}
    assert as_alice.post(address, first).status_code == 302
    page = as_alice.post(address, {**first, "name": "Loft"})
    assert page.status_code == 409
    assert [(each.mine, each.theirs) for each in page.context["differences"]] == [
        ("Loft", "Atelier")
    ]
    assert as_alice.post(address, first).status_code == 302  # the same
    mine = as_alice.post(address, {**first, "name": "Loft", "version": version_on(page)})
    assert mine.status_code == 302
    assert Workspace.objects.get().name == "Loft"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_writes(studio, bob):
    row = Theme.objects.create(owner=bob, scope="workspace", workspace=studio, name="Dusk")

    def do(number):
        mine = Theme.objects.get(pk=row.pk)
        mine.base_prompt = f"by {number}"
        mine.write_over(1)
        return mine.base_prompt

    results = at_once(4, do)
    written = [each for each in results if isinstance(each, str)]
    assert len(written) == 1
    assert sum(isinstance(each, ChangedMeanwhile) for each in results) == 3
    row.refresh_from_db()
    assert (row.base_prompt, row.version) == (written[0], 2)


def told(workspace):
    return list(Event.objects.filter(channel=workspace.channel, kind="kept").values_list("subject"))


def test_open_pages_of_the_workspace_are_told_of_every_change(as_bob, kept, studio):
    row, address, form, _ = kept
    own = (str(row.pk),)
    as_bob.post(address, form("anew"))
    assert told(studio) == [own]
    row.trash()
    row.trash()  # again: nothing happens
    row.restore()
    assert told(studio) == [own] * 3
    as_bob.post(address, {**form("anew"), "workspace": ""})  # out of the workspace, too
    assert told(studio) == [own] * 4
    as_bob.post(address, form("of his own by now") | {"workspace": ""})
    assert told(studio) == [own] * 4


def test_what_can_be_chosen_is_asked_for_alone(as_bob, as_charlie, studio, bob):
    here = {"owner": bob, "scope": "workspace", "workspace": studio}
    Style.objects.create(**here, name="Inkwash")
    Theme.objects.create(**here, name="Duskfall")
    page = as_bob.get("/w/studio/choices/").content.decode()
    assert "<html" not in page
    assert "Inkwash" in page
    assert "Duskfall" in page
    assert as_charlie.get("/w/studio/choices/").status_code == 404
