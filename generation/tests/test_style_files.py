"""Styles come in by a file in the common forms, are seen first, and leave as such a file."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workspaces.library import style_files
from workspaces.library.taken import Brought
from workspaces.models import Scope, Style

pytestmark = pytest.mark.django_db

A1111 = """\ufeffname,prompt,negative_prompt
None,,
"Ink, rough","{prompt}, ink
on paper","photo, blurry"
Behind,oil painting,
Twice,"{prompt} and {prompt}",
Broken,"{prompt}, {red",
Long,a,b,c
,words without a name,
"""
FOOOCUS = [
    {"name": "sai-anime", "prompt": "anime artwork {prompt} . anime style", "negative_prompt": ""},
    {"name": "sai-none", "prompt": 7, "negative_prompt": ["no"]},
    "nothing",
]


def bring(client, text, **more):
    return client.post("/styles/import/", {"text": text, "workspace": "", **more})


def said(text):
    return text.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


def test_a_table_is_shown_with_an_error_for_each_row_and_then_kept(as_alice, alice):
    page = said(bring(as_alice, A1111))
    for words in (
        "2 would be kept.",
        "a style holds something",
        "write {prompt} once",
        "The { has no } after it",
        "4 cells, the first line names 3",
        "Name: This field is required.",
    ):
        assert words in page
    assert not Style.objects.exists()
    bring(as_alice, A1111, take="1")
    ink, behind = Style.objects.order_by("-name")
    assert (ink.name, ink.positive_prompt) == ("Ink, rough", "{prompt}, ink\non paper")
    assert ink.negative_prompt == "photo, blurry"
    assert (ink.owner, ink.scope) == (alice, Scope.PERSONAL)
    assert behind.positive_prompt == "oil painting"


def test_json_of_fooocus_and_of_others_is_read(as_alice, studio):
    page = said(bring(as_alice, json.dumps(FOOOCUS), workspace=str(studio.pk)))
    assert "“negative_prompt” must be a text or a number." in page
    assert "no object with a name and a prompt" in page
    bring(as_alice, json.dumps(FOOOCUS), workspace=str(studio.pk), take="1")
    style = Style.objects.get()
    assert (style.workspace, style.name) == (studio, "sai-anime")
    by_name = {"Oil": {"prompt": "{prompt}, oil", "cfg_scale": 5.5, "Steps": 12}}
    bring(as_alice, json.dumps(by_name), take="1")
    oil = Style.objects.get(name="Oil")
    assert oil.settings == {"num_inference_steps": 12, "guidance_scale": 5.5}
    bring(as_alice, json.dumps({"styles": [{"name": "S", "prompt": "s"}]}), take="1")
    assert Style.objects.filter(name="S").exists()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_leaves_comes_in_equal(as_alice, as_bob, alice, bob, form):
    for number, words in enumerate(("=1+1", "'=x", "{prompt}, a {red|blue} frame", "two\nlines")):
        Style.objects.create(
            owner=alice,
            scope=Scope.PERSONAL,
            name=f"Style {number}",
            positive_prompt=words,
            negative_prompt="@home",
            guidance_scale=number + 0.5,
            num_inference_steps=number + 1,
            seed=number,
            model="painter",
        )
    Style.objects.create(scope=Scope.SITE, name="Site's", positive_prompt="x")
    file = as_alice.get(f"/styles/export/?as={form}")
    assert f'filename="styles.{form}"' in file["Content-Disposition"]
    bring(as_bob, file.content.decode(), take="1")
    held = ("name", *style_files.HELD)
    theirs = Style.objects.filter(owner=bob).order_by("name").values(*held)
    mine = Style.objects.filter(owner=alice).order_by("name").values(*held)
    assert list(theirs) == list(mine)
    again = said(bring(as_bob, file.content.decode()))
    assert "Here already as “Style 0”" in again
    assert "0 would be kept" in again


def test_a_table_does_nothing_in_a_spreadsheet_and_others_can_read_it(as_alice, alice):
    Style.objects.create(
        owner=alice, scope=Scope.PERSONAL, name="Ink", positive_prompt='=HYPERLINK("x")'
    )
    text = as_alice.get("/styles/export/?as=csv").content.decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["prompt"] == '\'=HYPERLINK("x")'
    assert (row["name"], row["negative_prompt"]) == ("Ink", "")


def test_one_of_the_same_name_with_other_words_is_told(as_alice):
    two = "name,prompt\nInk,a\nINK,b\nInk,a"
    page = said(bring(as_alice, two))
    assert "There is one of this name with other words." in page
    assert "Here already as “Ink”" in page
    assert "1 would be kept" in page


def test_columns_may_be_cut_by_semicolons_and_unknown_ones_are_told(as_alice):
    page = said(bring(as_alice, "Name;Prompt;Colour\nInk;a, b;red"))
    assert "The column “colour” is not known" in page
    assert "1 would be kept" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("just words", "names its columns"),
        ("name,prompt\n", "nothing in it"),
        ("[7", "isn't valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('name,prompt\nInk,"open', "quotation marks of this row do not match"),
        (f"name,prompt\nInk,{'x' * 140_000}", "quotation marks of this row do not match"),
        ("name,prompt\n" + "a,b\n" * 1_001, "1,000 rows"),
        (f"name,prompt\nInk,{'x' * 4_001}", "at most 4000 characters"),
    ],
)
def test_what_can_not_be_read_is_said(as_alice, text, words):
    assert words in said(bring(as_alice, text))


def test_nobody_brings_into_anothers_workspace_or_takes_from_it(as_charlie, studio, alice):
    Style.objects.create(
        owner=alice, scope=Scope.WORKSPACE, workspace=studio, name="Ours", positive_prompt="x"
    )
    answer = bring(as_charlie, "name,prompt\nInk,a", workspace=str(studio.pk), take="1")
    assert list(answer.context["form"].errors) == ["workspace"]
    assert as_charlie.get("/styles/export/").json() == []


def test_many_rows_cost_a_few_queries(alice):
    text = json.dumps([{"name": f"S {n}", "prompt": "x"} for n in range(400)])
    with CaptureQueriesContext(connection) as asked:
        taken = style_files.read(Brought(text, alice, None))
    assert len(taken.new) == 400
    assert len(asked) == 1


def test_a_brace_without_its_other_is_told_on_the_styles_page_as_well(as_alice):
    answer = as_alice.post("/styles/new/", {"name": "Ink", "positive_prompt": "{prompt} {a"})
    assert list(answer.context["form"].errors) == ["positive_prompt"]


def test_however_many_there_are_all_leave(as_alice, alice):
    """More than any cut that there was."""
    rows = (Style(name=f"s{n}", scope="personal", owner=alice) for n in range(5_001))
    Style.objects.bulk_create(rows, batch_size=500)
    lines = as_alice.get("/styles/export/?as=csv").content.decode().splitlines()
    assert len(lines) == 5_002
