"""One request of the form becomes as many as its prompt means."""

import re

import pytest

from billing.models import Account, Plan
from generation.models import Batch, Job
from generation.tests.engine import draw_all
from workspaces.models import Scope, Style, Theme, WordList

FETCH = {"X-Requested-With": "fetch", "Accept": "text/html, application/json"}


@pytest.fixture
def ink(studio):
    return Style.objects.create(
        scope=Scope.WORKSPACE,
        workspace=studio,
        owner=studio.owner,
        name="Ink",
        positive_prompt="ink drawing of {prompt}",
        negative_prompt="colour",
        num_inference_steps=7,
    )


@pytest.fixture
def dusk(studio):
    return Theme.objects.create(scope=Scope.SITE, name="Dusk", base_prompt="at dusk")


@pytest.fixture
def colours(studio):
    return WordList.objects.create(
        scope=Scope.WORKSPACE, workspace=studio, name="colour", lines="red\nblue\ngreen\n# no\n"
    )


def ask(client, prompt, path="generate", key="", **more):
    headers = {**FETCH, **({"Idempotency-Key": key} if key else {})}
    return client.post(
        f"/w/studio/{path}/", {"model": "painter", "prompt": prompt, **more}, headers=headers
    )


def prompts():
    return list(Batch.objects.order_by("id").values_list("prompt", flat=True))


def test_each_choice_becomes_a_batch_with_its_own_card(as_alice, studio, painter):
    response = ask(as_alice, "a {red|blue} house")
    assert response.status_code == 201
    assert prompts() == ["a red house", "a blue house"]
    assert response.content.decode().count("<batch-card") == 2
    assert Account.objects.of(studio.owner).held == 2


def test_theme_and_style_lie_around_the_prompt_and_are_kept(as_alice, studio, painter, ink, dusk):
    ask(as_alice, "a house", style=str(ink.pk), theme=str(dusk.pk), negative_prompt="people")
    batch = Batch.objects.get()
    assert batch.prompt == "at dusk, ink drawing of a house"
    assert batch.negative_prompt == "people, colour"
    assert batch.template["style"] == {"id": str(ink.pk), "name": "Ink"}
    card = as_alice.get(f"/w/studio/batches/{batch.pk}/").content.decode()
    assert "Ink" in card
    # "Reuse settings" restores what was written, not what it became.
    assert "&quot;prompt&quot;: &quot;a house&quot;" in card
    draw_all()
    assert Job.objects.get().image.recipe["template"]["style"] == "Ink"


def test_plain_prompts_keep_no_template(as_alice, studio, painter):
    ask(as_alice, "a house")
    assert Batch.objects.get().template is None


def test_a_seed_repeats_what_chance_has_picked(as_alice, studio, painter, colours):
    for seed in (11, 11, 12, 13, 14, 15):
        ask(as_alice, "a __colour__ house", seed=seed)
    first, again, *others = prompts()
    assert first == again
    assert set(others) - {first}


def test_lists_of_the_workspace_go_before_the_sites(as_alice, studio, painter, colours):
    WordList.objects.create(scope=Scope.SITE, name="colour", lines="beige")
    ask(as_alice, "__!colour__")
    assert prompts() == ["red", "blue", "green"]


def test_many_prompts_are_drawn_only_when_they_were_seen(as_alice, studio, painter):
    many = "a {red|blue|green} house {by day|at night}"
    refusal = ask(as_alice, many)
    assert (refusal.status_code, refusal.json()["error"]["code"]) == (409, "confirm")
    assert not Batch.objects.exists()
    assert ask(as_alice, many, expected="5").status_code == 409
    assert ask(as_alice, many, expected="6").status_code == 201
    assert Batch.objects.count() == 6


def test_more_than_the_plan_allows_are_refused_with_its_number(as_alice, studio, painter):
    Account.objects.of(studio.owner)
    Plan.objects.update(prompts_per_request=5)
    refusal = ask(as_alice, "{a|b|c} {d|e}", expected="6")
    assert refusal.status_code == 422
    assert "6 prompts" in refusal.json()["error"]["message"]
    assert ask(as_alice, "{a|b|c} {d|e}", path="final").status_code == 422


def test_too_poor_for_all_of_them_keeps_none(as_alice, studio, painter):
    assert ask(as_alice, "{a|b|c} {d|e|f}", count=2, expected="9").status_code == 429
    assert not Batch.objects.exists()
    assert Account.objects.of(studio.owner).held == 0


def test_a_request_that_is_sent_again_makes_nothing_more(as_alice, studio, painter, colours):
    first = ask(as_alice, "a {~red|blue|green} {cat|dog} __colour__", key="k1")
    again = ask(as_alice, "a {~red|blue|green} {cat|dog} __colour__", key="k1")
    assert re.findall('id="batch-[^"]+"', first.content.decode()) == re.findall(
        'id="batch-[^"]+"', again.content.decode()
    )
    assert Batch.objects.count() == 2
    assert ask(as_alice, "a {cat|cow}", key="k1").status_code == 422


def test_a_broken_template_is_refused_at_its_field(as_alice, studio, painter, ink):
    refusal = ask(as_alice, "a {red house").json()["error"]
    assert "no } after it" in refusal["fields"]["prompt"][0]
    refusal = ask(as_alice, "a house", negative_prompt="{a").json()["error"]
    assert list(refusal["fields"]) == ["negative_prompt"]
    assert not Batch.objects.exists()


def test_styles_of_others_do_not_exist(as_alice, studio, painter, bob):
    theirs = Style.objects.create(scope=Scope.PERSONAL, owner=bob, name="Bob's")
    for style in (str(theirs.pk), "nonsense", "00000000-0000-7000-8000-000000000000"):
        refusal = ask(as_alice, "a house", style=style)
        assert list(refusal.json()["error"]["fields"]) == ["style"]


def test_the_final_text_says_what_would_be_drawn_and_asks_for_nothing(
    as_alice, studio, painter, ink, colours
):
    page = ask(as_alice, "a {red|blue} cat", path="final", style=str(ink.pk), count=3)
    text = page.content.decode()
    assert 'data-count="2"' in text
    assert "2 prompts, 3 each: 6 units" in text
    assert '<span class="part part-style">ink drawing of </span>' in text
    assert '<span class="part part-choice">blue</span>' in text
    assert not Batch.objects.exists()


def test_of_what_chance_picks_the_final_text_says_that_it_is_an_example(as_alice, studio, painter):
    def said(prompt, **more):
        return b"this is an example" in ask(as_alice, prompt, path="final", **more).content

    assert said("a {~red|green} house")
    assert said("a house", negative_prompt="{~people|cars}")
    assert not said("a {~red|green} house", seed="7")
    assert not said("a {red|green} house")


def test_final_texts_end_somewhere(as_alice, studio, painter):
    text = ask(as_alice, "{" + "|".join(map(str, range(60))) + "}", path="final").content.decode()
    assert text.count("<li>") == 50
    assert "and 10 more" in text


def test_completion_knows_styles_lists_and_ones_own_words(as_alice, studio, painter, ink, colours):
    ask(as_alice, "a red house, full moon")
    known = as_alice.get("/w/studio/words/").json()
    assert known["styles"] == [{"id": str(ink.pk), "name": "Ink"}]
    assert known["lists"] == [{"name": "colour", "count": 3, "sample": "red, blue, green"}]
    assert known["recent"] == ["a red house", "full moon"]


def test_strangers_see_nothing(as_charlie, studio, painter):
    assert ask(as_charlie, "a house", path="final").status_code == 404
    assert as_charlie.get("/w/studio/words/").status_code == 404
