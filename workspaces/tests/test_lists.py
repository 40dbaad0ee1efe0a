"""The pages of word lists: made, changed, carried in and out, used by prompts; by nobody else."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation import collector
from generation.expand import lines_in
from workspaces.models import Membership, Scope, WordList
from workspaces.models.word_list import NameTaken
from workspaces.views import lists as pages

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NEW = {"name": "Hue", "lines": "red\n3::blue\n\n# no\n{light|dark} green", "workspace": ""}


def kept(owner, name="hue", lines="red", **more):
    return WordList.objects.create(
        owner=owner, name=name, lines=lines, **{"scope": Scope.PERSONAL, **more}
    )


def bring(client, text="", **more):
    return client.post("/lists/import/", {"text": text, "name": "", "workspace": "", **more})


def said(answer):
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def test_one_is_made_used_changed_and_deleted(as_alice, alice, studio):
    assert as_alice.post("/lists/new/", NEW).url == "/lists/"
    row = WordList.objects.get()
    assert (row.name, row.owner, row.scope, row.count) == ("hue", alice, Scope.PERSONAL, 3)
    page = as_alice.get("/lists/").content.decode()
    assert "__hue__" in page
    assert "3 lines" in page
    assert "red, 3::blue, {light|dark} green" in page
    assert lines_in(studio, alice)("hue") == ["red", "3::blue", "{light|dark} green"]
    edit = f"/lists/{row.pk}/edit/"
    assert "# no" in as_alice.get(edit).content.decode()
    assert as_alice.post(edit, NEW | {"lines": "violet"}).url == "/lists/"
    assert lines_in(studio, alice)("hue") == ["violet"]
    assert as_alice.post(f"/lists/{row.pk}/delete/").url == "/lists/"
    assert lines_in(studio, alice)("hue") is None
    assert as_alice.get(edit).status_code == 404


def test_what_is_deleted_can_be_had_back_until_it_is_forgotten(as_alice, as_bob, alice, studio):
    row = kept(alice)
    page = as_alice.post(f"/lists/{row.pk}/delete/", follow=True).content.decode()
    restore = f"/lists/{row.pk}/restore/"
    assert re.search(rf'<form method="post" action="{restore}">.*?data-undo', page)
    assert as_bob.post(restore).status_code == 404
    assert "__hue__" in as_alice.post(restore, follow=True).content.decode()
    row.trash()
    assert collector.forget_presets(now()) == 1


def test_the_prompt_bar_completes_what_the_compiler_takes(as_alice, alice, studio):
    kept(None, lines="of the site", scope=Scope.SITE)
    kept(alice, lines="my own")
    kept(alice, lines="ours\ntheirs", scope=Scope.WORKSPACE, workspace=studio)
    (offered,) = as_alice.get("/w/studio/words/").json()["lists"]
    assert offered == {"name": "hue", "count": 2, "sample": "ours, theirs"}
    assert lines_in(studio, alice)("hue") == ["ours", "theirs"]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "a__b"}, "name", "Letters from a to z"),
        ({"name": "grün"}, "name", "Letters from a to z"),
        ({"lines": "# only\n\n"}, "lines", "at least one line"),
        ({"lines": "red\n{blue"}, "lines", "Line 2: The { has no }"),
        ({"lines": "x" * 501}, "lines", "Line 1: It may have 500"),
        ({"lines": "x\n" * 5_001}, "lines", "5,001"),
        ({"lines": "x" * 200_001}, "lines", "200000"),
        ({"lines": "a __hue__ sky"}, "lines", "contains itself"),
        ({"workspace": "nonsense"}, "workspace", "id_workspace_error"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(as_alice, wrong, field, words):
    answer = as_alice.post("/lists/new/", NEW | wrong)
    assert list(answer.context["form"].errors) == [field]
    assert words in said(answer)
    assert not WordList.objects.exists()


def test_lists_that_contain_each_other_are_refused(as_alice, alice):
    kept(alice, "sky", "a __hue__ sky")
    answer = as_alice.post("/lists/new/", NEW | {"lines": "as __sky__\n__not-yet__"})
    assert "contains itself" in said(answer)
    assert as_alice.post("/lists/new/", NEW | {"lines": "as __not-yet__"}).status_code == 302


def test_a_name_means_one_list_in_one_place(as_alice, as_bob, alice, studio):
    as_alice.post("/lists/new/", NEW)
    again = as_alice.post("/lists/new/", NEW | {"name": "HUE"})
    assert list(again.context["form"].errors) == ["name"]
    assert as_alice.post("/lists/new/", NEW | {"workspace": studio.pk}).status_code == 302
    assert as_bob.post("/lists/new/", NEW).status_code == 302
    row = WordList.objects.get(owner=alice, scope=Scope.PERSONAL)
    assert as_alice.post(f"/lists/{row.pk}/edit/", NEW | {"lines": "x"}).status_code == 302


def test_of_two_who_keep_the_same_name_at_once_one_is_first(alice):
    mine = {"owner": alice, "scope": Scope.PERSONAL, "name": "hue", "lines": "red"}
    first, second = WordList(**mine), WordList(**mine)  # both were looked at before either is kept
    WordList.objects.living().keep(first, 9)
    with pytest.raises(NameTaken):
        WordList.objects.living().keep_all([WordList(**mine | {"name": "sky"}), second], 9)
    assert list(WordList.objects.all()) == [first]


def test_a_text_file_becomes_a_list_once_it_was_seen(as_alice, alice):
    file = SimpleUploadedFile("Warm Colours.txt", "\ufeffred\r\norange\r\n".encode())
    sent = {"file": file, "text": "", "name": "", "workspace": ""}
    page = said(as_alice.post("/lists/import/", sent))
    assert "warm-colours" in page
    assert "red, orange" in page
    assert '<input type="hidden" name="name" value="Warm Colours.txt">' in page
    assert not WordList.objects.exists()
    bring(as_alice, "red\norange", name="Warm Colours.txt", take="1")
    row = WordList.objects.get()
    assert (row.name, row.entries, row.owner) == ("warm-colours", ["red", "orange"], alice)
    assert "Here already as “warm-colours”" in said(
        bring(as_alice, "red\n\norange\n", name="warm-colours")
    )
    assert "with other lines" in said(bring(as_alice, "blue", name="warm-colours"))
    assert "A list needs a name." in said(bring(as_alice, "blue"))
    assert "Line 1: The { has no }" in said(bring(as_alice, "{blue", name="x"))


def test_what_leaves_comes_in_equal(as_alice, as_bob, alice, bob, studio):
    kept(alice, "hue", "red\n# remark\n3::blue")
    kept(alice, "a/place", "a __hue__ field", scope=Scope.WORKSPACE, workspace=studio)
    text = as_alice.get(f"/lists/{WordList.objects.get(name='hue').pk}/download/")
    assert text.content.decode() == "red\n# remark\n3::blue\n"
    assert 'filename="hue.txt"' in text["Content-Disposition"]
    file = as_alice.get("/lists/export/").content.decode()
    bring(as_bob, file, take="1")
    theirs = WordList.objects.filter(owner=bob).order_by("name").values_list("name", "lines")
    assert list(theirs) == [("a/place", "a __hue__ field"), ("hue", "red\n# remark\n3::blue")]


def test_a_file_of_lists_says_what_is_wrong_with_each(as_alice):
    lists = {"ok": ["red"], "Loop": ["__ring__"], "ring": ["__loop__"], "no": [1], "__": ["x"]}
    page = said(bring(as_alice, json.dumps(lists)))
    assert "2 would be kept" in page
    for words in ("contains itself", "This is no list of texts.", "This field is required."):
        assert words in page
    assert "isn't valid JSON" in said(bring(as_alice, '{"a": '))


def test_a_workspaces_is_seen_by_its_members_and_changed_by_its_author_and_its_owner(
    as_alice, as_bob, as_charlie, bob, studio
):
    row = kept(bob, scope=Scope.WORKSPACE, workspace=studio)
    edit = f"/lists/{row.pk}/edit/"
    assert [c.get(edit).status_code for c in (as_alice, as_bob, as_charlie)] == [200, 200, 404]
    for path in ("copy", "download"):
        assert as_bob.get(f"/lists/{row.pk}/{path}/").status_code == 200
        assert as_charlie.get(f"/lists/{row.pk}/{path}/").status_code == 404
    assert as_charlie.post(f"/lists/{row.pk}/delete/").status_code == 404
    assert "__hue__" not in as_charlie.get("/lists/").content.decode()
    assert as_charlie.get("/lists/export/").json() == {}
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    assert as_bob.get(edit).status_code == 403
    assert list(bring(as_bob, "x", name="y", workspace=str(studio.pk)).context["form"].errors) == [
        "workspace"
    ]


def test_the_sites_are_copied_and_stay(as_alice, alice):
    row = kept(None, scope=Scope.SITE)
    assert 'action="/lists/new/"' in as_alice.get(f"/lists/{row.pk}/copy/").content.decode()
    assert as_alice.post(f"/lists/{row.pk}/edit/", NEW).status_code == 403
    assert as_alice.post("/lists/new/", NEW).status_code == 302
    assert WordList.objects.get(owner=alice).name == "hue"


def test_so_many_and_no_more(as_alice, monkeypatch):
    monkeypatch.setattr(pages, "MOST", 1)
    as_alice.post("/lists/new/", NEW)
    answer = as_alice.post("/lists/new/", NEW | {"name": "another"})
    assert "You may keep 1 of these" in answer.content.decode()


def test_many_cost_no_more_queries(as_alice, alice, studio):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_alice.get("/lists/")
        return len(asked)

    as_alice.get("/lists/")
    kept(alice)
    few = queries()
    for number in range(20):
        kept(alice, f"hue-{number}", scope=Scope.WORKSPACE, workspace=studio)
    assert queries() == few
