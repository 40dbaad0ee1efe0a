"""What came from what, and what is otherwise between two pictures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Plan
from generation import lineage
from generation.models import Image, Input
from generation.tests.engine import ask, draw_all
from generation.tests.page import FETCH, words

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _no_cap(alice, bob):
    for person in (alice, bob):
        Account.objects.of(person)
    Account.objects.update(plan=Plan.objects.unlimited())


def draw(studio, painter, prompt, source=None, **more):
    batch = ask(studio, painter, prompt=prompt, **more)
    if source:
        Input.objects.create(batch=batch, role=Input.Role.SOURCE, image=source)
    draw_all()
    return Image.objects.get(job__batch=batch)


@pytest.fixture
def family(studio, painter):
    """Grandmother, mother, two children; and a stranger."""
    first = draw(studio, painter, "a red house at night", seed=1)
    second = draw(studio, painter, "a blue house at night", seed=1, source=first)
    return (
        first,
        second,
        draw(studio, painter, "a blue house by day", seed=2, source=second),
        draw(
            studio, painter, "a blue house at night", seed=1, source=second, num_inference_steps=9
        ),
        draw(studio, painter, "something else"),
    )


def test_the_tree_begins_with_the_oldest_and_has_every_branch(family):
    first, second, day, steps, _ = family
    for image in (first, second, day):
        root = lineage.tree_of(image)
        assert root.image == first
        assert [child.image for child in root.children] == [second]
        assert [child.image for child in root.children[0].children] == [day, steps]


def test_each_says_what_is_otherwise_than_above_it(family):
    second, day, steps = family[1:4]
    assert lineage.reason(family[0], second) == "differs in one word"
    assert lineage.reason(second, day) == "differs in seed and 2 words"
    assert lineage.reason(second, steps) == "differs in steps"
    assert lineage.reason(second, second) == "the same settings"


def test_prompts_differ_by_word():
    found = lineage.words_of("a red house at night", "a blue house, by day")
    assert [(each.kind, each.text) for each in found] == [
        ("same", "a "),
        ("gone", "red"),
        ("new", "blue"),
        ("same", " house"),
        ("new", ","),
        ("same", " "),
        ("gone", "at"),
        ("new", "by"),
        ("same", " "),
        ("gone", "night"),
        ("new", "day"),
    ]


# Without a limit each of them takes minutes of a process that others wait for.
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 2000, "b a " * 1000),
        ("a b " * 1000, "b c a d " * 500),
        (" a" * 2000, "b a " * 1000),
        ("red " + "a " * 1900 + "night", "red " + "b a " * 900 + "night"),
    ],
)
def test_long_prompts_that_repeat_themselves_are_compared_at_once(before, after):
    found = lineage.words_of(before, after)
    assert "".join(each.text for each in found if each.kind != "new") == before
    assert "".join(each.text for each in found if each.kind != "gone") == after
    assert all(each.text for each in found)


def test_of_long_prompts_each_word_that_differs_is_told_where_they_do_not_repeat_themselves():
    words = [f"word{number}" for number in range(300)]
    before = ", ".join(words)
    after = before.replace("word7,", "boat,").replace("word200", "castle")
    found = lineage.words_of(before, after)
    assert [(each.kind, each.text) for each in found if each.kind != "same"] == [
        ("gone", "word7"),
        ("new", "boat"),
        ("gone", "word200"),
        ("new", "castle"),
    ]


def test_of_repeated_words_only_those_between_what_is_alike_differ():
    before = "red " + "a " * 900 + "night"
    found = lineage.words_of(before, before.replace("a " * 900, "a " * 300 + "moon " * 300))
    assert [each.kind for each in found] == ["same", "gone", "new", "same"]
    assert (found[0].text, found[-1].text) == ("red " + "a " * 300, " night")


def test_what_differs_comes_first(family):
    values = lineage.values(family[1], family[2])
    assert [value.name for value in values if not value.is_same] == ["Seed"]
    assert not values[0].is_same
    assert values[-1].is_same


def test_what_is_in_the_trash_is_not_in_the_tree(family):
    family[2].trash()
    root = lineage.tree_of(family[0])
    assert len(root.children[0].children) == 1


def test_a_circle_of_pictures_ends(family):
    """No request can make one, but rows can be written."""
    Input.objects.create(batch=family[0].job.batch, role=Input.Role.SOURCE, image=family[1])
    assert lineage.tree_of(family[0])


def test_a_wide_tree_costs_no_more_queries_than_a_narrow_one(as_alice, family, studio, painter):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert as_alice.get(f"/w/studio/images/{family[0].pk}/tree/").status_code == 200
        return len(captured)

    few = queries()
    for _ in range(4):
        draw(studio, painter, "one more", source=family[1])
    assert queries() == few


def test_the_viewer_shows_where_a_picture_came_from(as_alice, family):
    page = as_alice.get(f"/w/studio/images/{family[1].pk}/", **FETCH)
    said = words(page)
    assert "Where it came from" in said
    assert "It differs in one word" in said
    assert f"/compare/?of={family[0].pk}" in page.content.decode()
    assert "Where it came from" not in words(as_alice.get(f"/w/studio/images/{family[4].pk}/"))


def test_pictures_are_compared_beside_each_other(as_alice, family):
    page = as_alice.get(f"/compare/?of={family[1].pk}&of={family[2].pk}")
    said = page.content.decode()
    assert "<del>at</del>" in said
    assert "<ins>by</ins>" in said
    assert "1 of" in words(page)
    assert "Keep A" in said


def test_three_or_four_stand_side_by_side_and_may_play_a_tournament(as_alice, family):
    query = "&".join(f"of={image.pk}" for image in family)
    said = as_alice.get(f"/compare/?{query}").content.decode()
    assert said.count('class="compare-shot"') == 4
    assert "Run a tournament" in said
    play = as_alice.get(f"/compare/?of={family[0].pk}&of={family[1].pk}&then={family[2].pk}")
    assert "1 more to come" in words(play)


def test_of_four_each_has_its_column_its_words_and_its_settings_to_be_used(as_alice, family):
    family = family[1:]
    page = as_alice.get("/compare/?" + "&".join(f"of={image.pk}" for image in family))
    said = page.content.decode()
    for letter, image in zip("ABCD", family, strict=True):
        assert f'<span role="columnheader">{letter}</span>' in said
        assert f">Use the settings of {letter}</a>" in said
        assert f"?reuse={image.pk}" in said
    rows = {value.name: value for value in page.context["values"]}
    assert [len(value.each) for value in rows.values()] == [4] * len(rows)
    assert not rows["Steps"].is_same
    assert rows["Size"].is_same
    assert [letter for letter, _words in page.context["texts"]] == ["A", "B", "C", "D"]


def test_the_same_prompt_is_said_once(as_alice, studio, painter):
    same = [draw(studio, painter, "a house", seed=seed) for seed in range(3)]
    page = as_alice.get("/compare/?" + "&".join(f"of={image.pk}" for image in same))
    assert [letter for letter, _words in page.context["texts"]] == [""]


@pytest.mark.parametrize("query", ["", "of=nonsense&of=x"])
def test_less_than_two_are_nothing_to_compare(as_alice, family, query):
    assert as_alice.get(f"/compare/?{query}").status_code == 404
    assert as_alice.get(f"/compare/?of={family[0].pk}").status_code == 404


def test_strangers_see_nothing(as_charlie, family):
    ids = "&".join(f"of={image.pk}" for image in family[:2])
    assert as_charlie.get(f"/compare/?{ids}").status_code == 404
    assert as_charlie.get(f"/w/studio/images/{family[0].pk}/tree/").status_code == 404


def test_the_studio_begins_with_a_pictures_settings(as_alice, as_charlie, family):
    page = as_alice.get(f"/w/studio/?reuse={family[3].pk}").content.decode()
    assert '"num_inference_steps": 9' in page
    assert '"seed": 1' in page
    assert 'id="reuse"' not in as_alice.get("/w/studio/?reuse=nonsense").content.decode()
