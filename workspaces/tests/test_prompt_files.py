"""Prompts leave by a file and come in by one: equal, once each, and nothing is kept unseen."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workspaces.library import prompt_files, taken
from workspaces.library.taken import Unreadable
from workspaces.models import SavedPrompt, Scope, Style, Theme
from workspaces.models import saved_prompt as model

pytestmark = pytest.mark.django_db

FULL = {
    "title": "Grüße {a|b}",
    "tags": ["Night", "sea"],
    "prompt": 'a "red" house,\n\n  by the sea ',
    "negative_prompt": "people",
    "theme": "Dusk",
    "style": "Ink",
    "model": "painter",
    "width": 128,
    "height": 64,
    "num_inference_steps": 9,
    "guidance_scale": 6.5,
    "seed": 42,
}


@pytest.fixture
def around(db):
    Style.objects.create(scope=Scope.SITE, name="Ink")
    Theme.objects.create(scope=Scope.SITE, name="Dusk", base_prompt="at dusk")


def bring(client, text, **more):
    return client.post("/prompts/import/", {"text": text, "workspace": "", **more})


def exported(client, query=""):
    answer = client.get(f"/prompts/export/{query}")
    assert answer["Content-Disposition"] == 'attachment; filename="prompts.json"'
    return json.loads(answer.content)


def test_a_file_is_shown_first_and_then_kept(as_alice, alice, around):
    text = json.dumps([FULL])
    page = bring(as_alice, text).content.decode()
    assert "Grüße {a|b}" in page
    assert "1 would be kept" in page
    assert not SavedPrompt.objects.exists()
    again = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', page, re.DOTALL)[1]
    sent = again.replace("&quot;", '"')
    page = as_alice.post(
        "/prompts/import/", {"text": sent, "workspace": "", "take": "1"}, follow=True
    ).content.decode()
    assert "1 is taken over." in page
    row = SavedPrompt.objects.get()
    assert (row.owner, row.scope, row.tags) == (alice, Scope.PERSONAL, ["Night", "sea"])
    assert (row.style.name, row.theme.name) == ("Ink", "Dusk")


def test_export_import_and_export_are_equal(as_alice, as_bob, around):
    bring(as_alice, json.dumps([FULL, {"prompt": "b", "seed": 0}]), take="1")
    first = exported(as_alice)
    assert (first["format"], first["version"]) == ("pixazo-prompts", 1)
    assert FULL in first["prompts"]
    bring(as_bob, json.dumps(first), take="1")
    assert sorted(exported(as_bob)["prompts"], key=str) == sorted(first["prompts"], key=str)


def test_some_can_be_exported_or_all_that_is_found(as_alice, alice):
    bring(as_alice, json.dumps([{"prompt": f"a {word}"} for word in ("boat", "fox")]), take="1")
    fox = SavedPrompt.objects.get(prompt="a fox")
    assert [each["prompt"] for each in exported(as_alice, "?q=boat")["prompts"]] == ["a boat"]
    assert [each["prompt"] for each in exported(as_alice, f"?id={fox.pk}&id=no")["prompts"]] == [
        "a fox"
    ]


def test_what_is_there_already_or_twice_in_the_file_is_told_and_not_kept(as_alice, around):
    bring(as_alice, json.dumps([FULL]), take="1")
    twice = [FULL | {"title": "Another name"}, {"prompt": "new"}, {"prompt": "new", "title": "x"}]
    page = bring(as_alice, json.dumps(twice)).content.decode()
    assert "Here already as “Grüße {a|b}”" in page
    assert "Here already as “new”" in page
    bring(as_alice, json.dumps(twice), take="1")
    assert SavedPrompt.objects.count() == 2
    page = as_alice.post(
        "/prompts/import/",
        {"text": json.dumps(twice), "workspace": "", "take": "1"},
        follow=True,
    ).content.decode()
    assert "0 are taken over. 3 were here already." in page


def test_what_another_place_has_is_new_here(as_alice, studio):
    text = json.dumps([{"prompt": "a fox"}])
    bring(as_alice, text, take="1")
    bring(as_alice, text, take="1", workspace=str(studio.pk))
    assert {row.scope for row in SavedPrompt.objects.all()} == {Scope.PERSONAL, Scope.WORKSPACE}


def test_rows_that_will_not_do_are_left_out_with_a_reason_each(as_alice, around):
    rows = [
        {"prompt": "good", "style": "Nowhere", "unheard": 1},
        {"title": "Empty"},
        {"prompt": "x", "width": "wide"},
        {"prompt": "x", "seed": -1},
        {"prompt": {"a": 1}},
        "words",
        {"prompt": "x", "guidance_scale": 1e999},
        {"prompt": "\ud800 and \x00 and more"},
    ]
    page = bring(as_alice, json.dumps(rows).replace("Infinity", "1e999")).content.decode()
    for said in (
        "The style “Nowhere” is not here.",
        "Prompt: This field is required.",
        "`width` must be a number.",
        "Seed: Ensure this value is greater than or equal to 0.",
        "`prompt` must be a text.",
        "This is no object",
        "`guidance_scale` is too large.",
    ):
        assert said in page.replace("&#x27;", "'")
    assert "2 would be kept" in page
    bring(as_alice, json.dumps(rows[-1:]), take="1")
    assert SavedPrompt.objects.get().prompt == " and  and more"


def test_names_of_other_programs_are_understood(as_alice):
    row = {"name": "N", "main_prompt": "p", "num_steps": 4, "cfg": 2, "tags": "a, b"}
    bring(as_alice, json.dumps(row | {"width": None}).join("[]"), take="1")
    kept = SavedPrompt.objects.get()
    assert (kept.title, kept.prompt, kept.num_inference_steps) == ("N", "p", 4)
    assert (kept.guidance_scale, kept.tags) == (2.0, ["a", "b"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Choose a file"),
        ("{", "isn't valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[NaN]", "NaN is not a number"),
        ("7", "a JSON list"),
        ('{"format": "other", "prompts": []}', "no file of prompts"),
        ('{"format": "pixazo-prompts", "version": 2, "prompts": []}', "a newer Pixazo"),
        ("[]", "nothing in it"),
        (json.dumps([{"prompt": "x"}] * 1_001), "1,000 rows"),
        ("x" * (2**20 + 1), "1 MiB"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(as_alice, text, words):
    page = bring(as_alice, text)
    assert page.status_code == 200
    assert words in page.content.decode().replace("&#x27;", "'")
    assert not SavedPrompt.objects.exists()


def test_a_file_may_be_sent_as_one(as_alice):
    file = SimpleUploadedFile("p.json", json.dumps([{"prompt": "ä"}]).encode("utf-8-sig"))
    page = as_alice.post("/prompts/import/", {"file": file, "text": "", "workspace": ""})
    assert "1 would be kept" in page.content.decode()
    with pytest.raises(Unreadable):
        taken.text_of(b"\xff\xfe\x00")
    assert taken.text_of("ä".encode("utf-16")) == "ä"


def test_more_than_fit_are_refused_and_none_is_kept(as_alice, monkeypatch):
    monkeypatch.setattr(prompt_files, "MOST", 2)
    page = bring(as_alice, json.dumps([{"prompt": str(n)} for n in range(3)]), take="1")
    assert "there is room for 2" in page.content.decode()
    assert not SavedPrompt.objects.exists()
    assert model.MOST > taken.MOST_ROWS


def test_nobody_brings_into_a_workspace_where_they_only_look_or_are_not(as_charlie, studio):
    answer = bring(as_charlie, '[{"prompt": "x"}]', take="1", workspace=str(studio.pk))
    assert list(answer.context["form"].errors) == ["workspace"]
    assert not SavedPrompt.objects.exists()


def test_a_thousand_rows_are_read_by_a_few_queries(as_alice, alice, around):
    text = json.dumps([{"prompt": f"a {n}", "style": "Ink"} for n in range(1_000)])
    with CaptureQueriesContext(connection) as asked:
        found = prompt_files.read(taken.Brought(text, alice, None))
    assert len(found.new) == 1_000
    assert len(asked) <= 3
