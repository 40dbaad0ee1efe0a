"""Who changed what in a workspace: recorded through every door, told on its page, had back.

That no version is lost between two at once is asked of PostgreSQL as well.
"""

import json
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generation.collector import collect, forget_presets
from generation.tests.engine import ask, at_once
from generation.tests.programs import key_client
from pixazo.tests.cast import make_person
from workspaces.archive import arriving
from workspaces.history import pruning, reading, restoring
from workspaces.history.kinds import KINDS
from workspaces.models import (
    Membership,
    SavedPrompt,
    Scope,
    Style,
    Theme,
    Topic,
    WordList,
    Workspace,
)
from workspaces.models import history as history_module

pytestmark = pytest.mark.both

URL = "/w/studio/history/"


def shared(kind, workspace, owner, **fields):
    return kind.objects.create(owner=owner, scope=Scope.WORKSPACE, workspace=workspace, **fields)


@pytest.fixture
def theme(studio, bob):
    return shared(Theme, studio, bob, name="Sea", base_prompt="by the sea")


def entries(client, query=""):
    return client.get(URL + query).context["entries"]


def told(client, query=""):
    """What, of what, by whom; what from, what to."""
    return [
        (e.what, e.title, e.who, {c.name: (c.before, c.after) for c in e.changes})
        for e in entries(client, query)
    ]


def have_back(client, entry, **fields):
    body = {"over": entry.newest, **fields}
    return client.post(f"{URL}{entry.kind.name}/{entry.version.pk}/restore/", body)


def send(program, method, path, body):
    return getattr(program, method)(path, json.dumps(body), content_type="application/json")


# Each kind through its doors.


def test_a_theme_by_its_pages(as_bob, studio):
    form = {"name": "Sea", "base_prompt": "by the sea", "workspace": studio.pk}
    as_bob.post("/themes/new/", form)
    theme = Theme.objects.get(name="Sea")
    as_bob.post(f"/themes/{theme.pk}/edit/", {**form, "base_prompt": "by the lake"})
    as_bob.post(f"/themes/{theme.pk}/edit/", {**form, "base_prompt": "by the lake"})
    as_bob.post(f"/themes/{theme.pk}/delete/")
    as_bob.post(f"/themes/{theme.pk}/restore/")
    assert told(as_bob, "?kind=themes") == [
        ("back", "Sea", "bob", {}),
        ("thrown", "Sea", "bob", {}),
        ("changed", "Sea", "bob", {"Base prompt": ("by the sea", "by the lake")}),
        ("created", "Sea", "bob", {}),
    ]


def test_a_style_by_programs(as_alice, bob, studio):
    program = key_client(bob)
    body = {"name": "Ink", "positive_prompt": "ink", "workspace": "studio"}
    style = send(program, "post", "/api/styles", body).json()
    send(program, "patch", f"/api/styles/{style['id']}", {"seed": 7})
    program.delete(f"/api/styles/{style['id']}")
    program.post(f"/api/trash/styles/{style['id']}/restore")
    assert told(as_alice, "?kind=styles") == [
        ("back", "Ink", "bob", {}),
        ("thrown", "Ink", "bob", {}),
        ("changed", "Ink", "bob", {"Seed": ("", "7")}),
        ("created", "Ink", "bob", {}),
    ]


def test_a_saved_prompt_with_its_theme_by_name(as_alice, alice, studio, theme):
    program = key_client(alice)
    body = {"title": "Fox", "prompt": "a fox", "workspace": "studio"}
    row = send(program, "post", "/api/prompts", body).json()
    change = {"theme": str(theme.pk), "tags": ["red", "fur"]}
    send(program, "patch", f"/api/prompts/{row['id']}", change)
    what, title, who, changes = told(as_alice, "?kind=prompts")[0]
    assert (what, title, who) == ("changed", "Fox", "alice")
    assert changes == {"Theme": ("", "Sea"), "Tags": ("", "red, fur")}


def test_a_word_list_tells_only_around_what_differs(as_bob, studio):
    lines = "\n".join(f"colour {number}" for number in range(200))
    form = {"name": "colours", "lines": lines, "workspace": studio.pk}
    as_bob.post("/lists/new/", form)
    row = WordList.objects.get(name="colours")
    changed = lines.replace("colour 100", "blue")
    as_bob.post(f"/lists/{row.pk}/edit/", {**form, "lines": changed})
    (before, after) = told(as_bob, "?kind=lists")[0][3]["Lines"]
    assert before.startswith("…")
    assert "colour 100" in before
    assert "blue" in after
    assert len(after) < 120


def test_a_topic_by_its_name_and_the_trash_alone(as_bob, bob, studio, painter):
    topic = studio.topics.create(author=bob)
    ask(studio, painter, bob, topic=topic, prompt="a red house by the sea")
    Topic.objects.get(pk=topic.pk).change(cover=None)
    assert [what for what, *_ in told(as_bob, f"?kind=topics&person={bob.pk}")] == ["created"]
    as_bob.post(f"/w/studio/topics/{topic.pk}/rename/", {"name": "Houses"})
    as_bob.post(f"/w/studio/topics/{topic.pk}/delete/")
    as_bob.post(f"/w/studio/topics/{topic.pk}/restore/")
    assert told(as_bob, "?kind=topics")[:4] == [
        ("back", "Houses", "bob", {}),
        ("thrown", "Houses", "bob", {}),
        ("changed", "Houses", "bob", {"Name": ("Red house by the sea", "Houses")}),
        (
            "changed",
            "Red house by the sea",
            "The site itself",
            {"Name": ("", "Red house by the sea")},
        ),
    ]


def test_the_workspace_itself(as_alice, studio):
    as_alice.post("/w/studio/edit/", {"name": "Atelier", "description": "For all of us"})
    assert told(as_alice, "?kind=workspaces")[0] == (
        "changed",
        "Atelier",
        "alice",
        {"Name": ("Studio", "Atelier"), "Description": ("", "For all of us")},
    )


def test_using_it_is_no_change(as_alice, studio):
    Workspace.objects.filter(pk=studio.pk).update(last_used=now() - timedelta(days=1))
    before = Workspace.history.count()
    as_alice.get("/w/studio/")
    assert Workspace.history.count() == before


# The page.


def test_members_see_it_and_nobody_else(as_charlie, client, studio, theme):
    vera = make_person("vera")
    Membership.objects.create(workspace=studio, user=vera, role="viewer")
    client.force_login(vera)
    assert "Sea" in client.get(URL).content.decode()
    assert "Restore this version" not in client.get(URL).content.decode()
    assert as_charlie.get(URL).status_code == 404


def test_it_is_filtered_by_kind_and_person(as_alice, alice, bob, studio):
    as_alice.post("/themes/new/", {"name": "Wood", "base_prompt": "wood", "workspace": studio.pk})
    assert {e.kind.name for e in entries(as_alice, "?kind=themes")} == {"themes"}
    assert {e.who for e in entries(as_alice, f"?person={alice.pk}")} == {"alice"}
    assert entries(as_alice, f"?person={bob.pk}") == []
    assert len(entries(as_alice, "?kind=nothing&person=x&before=y")) == len(entries(as_alice))


def test_other_places_stay_out_of_it(as_alice, alice, bob, studio):
    Theme.objects.create(owner=alice, scope=Scope.PERSONAL, name="Mine", base_prompt="x")
    other = Workspace.found(bob, "Elsewhere")
    shared(Theme, other, bob, name="Theirs", base_prompt="x")
    assert not {"Mine", "Theirs", "Elsewhere"} & {e.title for e in entries(as_alice)}


def test_what_it_said_before_it_came_here_stays_private(as_alice, as_bob, bob, studio):
    row = Theme.objects.create(owner=bob, scope=Scope.PERSONAL, name="Mine", base_prompt="secret")
    form = {"name": "Sea", "base_prompt": "by the sea", "workspace": studio.pk}
    as_bob.post(f"/themes/{row.pk}/edit/", form)
    assert told(as_alice, "?kind=themes") == [("came", "Sea", "bob", {})]
    assert "secret" not in as_alice.get(URL).content.decode()


def test_what_others_keep_for_themselves_has_no_name_here(as_alice, as_bob, alice, studio):
    own = Theme.objects.create(owner=alice, scope=Scope.PERSONAL, name="Draft", base_prompt="x")
    row = shared(SavedPrompt, studio, alice, title="Fox", prompt="a fox")
    program = key_client(alice)
    send(program, "patch", f"/api/prompts/{row.pk}", {"theme": str(own.pk)})
    own.name = "Merger with ACME"
    own.save()
    assert told(as_alice, "?kind=prompts")[0][3] == {"Theme": ("", "Merger with ACME")}
    assert told(as_bob, "?kind=prompts")[0][3] == {
        "Theme": ("", "something that is no longer there")
    }
    assert "Merger" not in as_bob.get(URL).content.decode()


def test_many_have_pages_and_ask_no_more_than_few(as_alice, alice, studio, theme, monkeypatch):
    theme.base_prompt = "by the lake"
    theme.save()
    as_alice.get(URL)
    with CaptureQueriesContext(connection) as few:
        as_alice.get(URL + "?kind=themes")
    for number in range(40):
        row = shared(Theme, studio, alice, name=f"Theme {number}", base_prompt="x")
        row.name = f"Theme {number}, better"
        row.save()
    with CaptureQueriesContext(connection) as many:
        first = as_alice.get(URL + "?kind=themes")
    assert len(many) == len(few)
    assert len(first.context["entries"]) == 30
    found = list(first.context["entries"])
    older = first.context["older"]
    while older:
        page = as_alice.get(f"{URL}?{older}")
        found += page.context["entries"]
        older = page.context["older"]
    assert len({e.version.pk for e in found}) == len(found) == 82


# The way back.


def test_a_version_is_had_back_as_a_new_one(as_bob, theme):
    theme.base_prompt = "by the lake"
    theme.save()
    created = entries(as_bob, "?kind=themes")[-1]
    assert have_back(as_bob, created)["Location"] == URL
    theme.refresh_from_db()
    assert theme.base_prompt == "by the sea"
    changed = told(as_bob, "?kind=themes")[0]
    assert changed == ("changed", "Sea", "bob", {"Base prompt": ("by the lake", "by the sea")})
    # And the one before that, too.
    have_back(as_bob, entries(as_bob, "?kind=themes")[1])
    theme.refresh_from_db()
    assert theme.base_prompt == "by the lake"


def test_what_nobody_recorded_is_not_lost_either(as_bob, theme):
    theme.base_prompt = "by the lake"
    theme.save()
    Theme.objects.filter(pk=theme.pk).update(base_prompt="by hand")
    have_back(as_bob, entries(as_bob, "?kind=themes")[-1], over="")
    assert [e.version.base_prompt for e in entries(as_bob, "?kind=themes")] == [
        "by the sea",
        "by hand",
        "by the lake",
        "by the sea",
    ]


def test_what_was_changed_meanwhile_is_looked_at_first(as_bob, theme):
    theme.base_prompt = "by the lake"
    theme.save()
    seen = entries(as_bob, "?kind=themes")[-1]
    theme.base_prompt = "by the river"
    theme.save()
    assert have_back(as_bob, seen).status_code == 409
    theme.refresh_from_db()
    assert theme.base_prompt == "by the river"


def test_it_comes_out_of_the_trash_with_it(as_bob, theme):
    theme.base_prompt = "by the lake"
    theme.save()
    theme.trash()
    have_back(as_bob, entries(as_bob, "?kind=themes")[-1])
    theme.refresh_from_db()
    assert (theme.deleted, theme.base_prompt) == (None, "by the sea")
    assert theme.version == 2  # whoever has it open is told


def test_who_may_change_a_row_may_have_it_back(as_alice, as_bob, client, as_charlie, alice, studio):
    row = shared(Theme, studio, alice, name="Wood", base_prompt="wood")
    row.base_prompt = "birches"
    row.save()
    entry = entries(as_alice, "?kind=themes")[-1]
    vera = make_person("vera")
    Membership.objects.create(workspace=studio, user=vera, role="viewer")
    client.force_login(vera)
    assert have_back(client, entry).status_code == 403
    assert have_back(as_bob, entry).status_code == 403
    assert have_back(as_charlie, entry).status_code == 404
    assert have_back(as_alice, entry).status_code == 302
    for path in ("themes/999999", "nothing/1", f"styles/{entry.version.pk}", f"themes/{2**70}"):
        assert as_alice.post(f"{URL}{path}/restore/").status_code == 404


def test_a_version_of_another_place_is_not_there(as_alice, alice, bob, studio):
    other = Workspace.found(bob, "Elsewhere")
    shared(Theme, other, bob, name="Theirs", base_prompt="x")
    version = Theme.history.get(name="Theirs")
    assert as_alice.post(f"{URL}themes/{version.pk}/restore/").status_code == 404


def test_the_workspace_is_had_back_by_its_owner(as_alice, as_bob, alice, studio):
    studio.rename("Atelier", "For all of us")
    entry = entries(as_alice, "?kind=workspaces")[-1]
    assert have_back(as_bob, entry).status_code == 403
    Workspace.found(alice, "Studio")
    refused = have_back(as_alice, entry)
    assert refused.status_code == 400
    assert "already have a workspace of this name" in refused.content.decode()
    Workspace.objects.get(owner=alice, name="Studio").delete_with_everything()
    assert have_back(as_alice, entry).status_code == 302
    studio.refresh_from_db()
    assert (studio.name, studio.description) == ("Studio", "")


def test_a_list_whose_name_is_taken_stays_as_it_is(as_alice, alice, studio):
    row = shared(WordList, studio, alice, name="colours", lines="red")
    row.name = "hues"
    row.save()
    shared(WordList, studio, alice, name="colours", lines="blue")
    first = next(
        e
        for e in entries(as_alice, "?kind=lists")
        if e.version.id == row.pk and e.what == "created"
    )
    assert have_back(as_alice, first).status_code == 409
    row.refresh_from_db()
    assert row.name == "hues"


def test_a_prompt_goes_without_the_style_that_is_gone(as_alice, alice, studio):
    style = shared(Style, studio, alice, name="Ink")
    row = shared(SavedPrompt, studio, alice, title="Fox", prompt="a fox", style=style)
    row.prompt = "a red fox"
    row.save()
    style.delete()
    have_back(as_alice, entries(as_alice, "?kind=prompts")[-1])
    row.refresh_from_db()
    assert (row.prompt, row.style) == ("a fox", None)


def test_a_topic_is_taken_out_of_the_trash_first(as_alice, alice, studio):
    topic = studio.topics.create(name="Foxes", author=alice)
    topic.change(name="Birds")
    topic.put(now(), was=None)
    first = next(e for e in entries(as_alice, "?kind=topics") if e.title == "Foxes")
    assert not first.may_restore
    assert have_back(as_alice, first).status_code == 400
    topic.put(None, was=Topic.objects.get(pk=topic.pk).deleted)
    assert have_back(as_alice, first, over="").status_code == 302
    topic.refresh_from_db()
    assert topic.name == "Foxes"


# How long it stays, and what goes.


def test_only_so_many_versions_of_a_row_are_kept(theme, monkeypatch):
    monkeypatch.setattr(history_module, "MOST", 3)
    for number in range(6):
        theme.name = f"Sea {number}"
        theme.save()
    assert [v.name for v in theme.history.all()] == ["Sea 5", "Sea 4", "Sea 3"]


def test_long_texts_have_room_for_fewer(as_bob, bob, studio, monkeypatch):
    monkeypatch.setattr(history_module, "LARGEST", 1_000)
    row = shared(WordList, studio, bob, name="colours", lines="red")
    url, form = f"/lists/{row.pk}/edit/", {"name": "colours", "workspace": studio.pk}
    for number in range(6):
        as_bob.post(url, {**form, "lines": f"{number}\n" * 150})
    assert [v.lines[0] for v in row.history.all()] == ["5", "4", "3"]
    for number in range(6):
        as_bob.post(url, {**form, "lines": f"{number}\n" * 1_000})
    assert [v.lines[0] for v in row.history.all()] == ["5", "4"]


def test_the_oldest_that_is_kept_came_from_nowhere(as_bob, as_alice, theme, studio, monkeypatch):
    monkeypatch.setattr(history_module, "MOST", 2)
    for words in ("lake", "river", "pond"):
        form = {"name": "Sea", "base_prompt": words, "workspace": studio.pk}
        as_bob.post(f"/themes/{theme.pk}/edit/", form)
    assert [what for what, *_ in told(as_alice, "?kind=themes")] == ["changed", "changed"]
    as_bob.post(f"/themes/{theme.pk}/delete/")
    monkeypatch.setattr(history_module, "MOST", 1)
    as_bob.post(f"/themes/{theme.pk}/restore/")
    as_bob.post(f"/themes/{theme.pk}/delete/")
    assert [what for what, *_ in told(as_alice, "?kind=themes")] == ["thrown"]


def test_long_texts_are_not_compared_letter_by_letter(as_bob, bob, studio):
    lines = [f"colour {number}" for number in range(12_000)]
    row = shared(WordList, studio, bob, name="colours", lines="\n".join(lines))
    lines[11_000] = "blue"
    row.lines = "\n".join(lines)
    row.save()
    calls = 0

    def count(frame, event, arg):
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename == reading.__file__

    sys.setprofile(count)
    try:
        ((what, _name, _who, changes), _created) = told(as_bob, "?kind=lists")
    finally:
        sys.setprofile(None)
    assert (what, "colour 11000" in changes["Lines"][0]) == ("changed", True)
    assert 0 < calls < 1_000


def test_what_is_older_than_a_year_goes_but_for_the_latest(theme):
    theme.name = "Lake"
    theme.save()
    old = now() - timedelta(days=pruning.DAYS + 1)
    Theme.history.filter(id=theme.pk).update(history_date=old)
    collect()
    assert [v.name for v in theme.history.all()] == ["Lake"]


def test_it_goes_with_its_row(theme, studio):
    theme.trash()
    Theme.objects.filter(pk=theme.pk).update(deleted=now() - timedelta(days=40))
    forget_presets(now() - timedelta(days=30))
    assert not Theme.history.filter(id=theme.pk).exists()


def test_it_goes_with_its_workspace(as_alice, alice, studio, theme):
    row = shared(SavedPrompt, studio, alice, title="Fox", prompt="a fox")
    studio.delete_with_everything()
    for kind in KINDS.values():
        assert not kind.versions(studio).exists()
    assert SavedPrompt.objects.filter(pk=row.pk).exists()


def test_it_names_nobody_who_has_left(as_alice, as_bob, bob, alice, studio):
    row = shared(Theme, studio, alice, name="Wood", base_prompt="wood")
    Membership.objects.filter(user=bob).update(role="editor")
    row.history.update(history_user=bob)
    bob.delete()
    assert told(as_alice, "?kind=themes") == [("created", "Wood", "Somebody who left", {})]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_have_back_one(studio, alice):
    row = shared(Theme, studio, alice, name="Wood", base_prompt="wood")
    for words in ("birches", "oaks"):
        row.base_prompt = words
        row.save()
    pks = list(Theme.history.order_by("pk").values_list("pk", flat=True))
    membership = studio.memberships.select_related("workspace", "user").get(user=alice)

    def step(number):
        return restoring.restore(membership, KINDS["themes"], pks[number], pks[-1])

    results = at_once(2, step)
    assert sum(isinstance(each, restoring.Changed) for each in results) == 1
    assert Theme.history.count() == 4


def test_what_a_sign_up_makes_is_theirs(alice, as_alice, studio):
    assert {(e.what, e.who) for e in entries(as_alice)} == {("created", "alice")}


def test_what_is_so_already_is_not_offered(as_bob, theme):
    theme.trash()
    theme.restore()
    assert [e.may_restore for e in entries(as_bob, "?kind=themes")] == [False, False, False]


def test_topics_of_an_archive_have_a_first_version(as_alice, alice, studio):
    topic = Topic(workspace=studio, author=alice, name="Brought")
    arriving.add([topic], {topic.pk: now()})
    assert told(as_alice, "?kind=topics")[0] == ("created", "Brought", "alice", {})
