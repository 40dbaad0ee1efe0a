"""The assistant without any service: prompts, models and styles, from the site's own words."""

import json

import pytest
from django.core.cache import cache

from billing.models import Plan
from chat.assistant import local, recommending, styles
from generation.models import ImageModel
from workspaces.models import Scope, Style

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def send(client, path, **body):
    return client.post(f"/api/{path}", json.dumps(body), "application/json")


def enhanced(client, **body):
    response = send(client, "prompts/enhance", **body)
    assert response.status_code == 200, response.json()
    return response.json()


def test_a_short_prompt_comes_back_longer_with_a_reason_for_each_addition(as_alice):
    found = enhanced(as_alice, prompt="an old sailor")
    assert found["by"] == "local"
    assert found["prompt"].startswith("an old sailor, ")
    assert 1 < len(found["notes"]) <= local.MOST_ADDED
    for note in found["notes"]:
        words = note.partition("“")[2].partition("”")[0]
        assert f", {words}" in found["prompt"]


def test_the_same_prompt_and_seed_have_the_same_answer(as_alice):
    same = [enhanced(as_alice, prompt="an old sailor", seed=7)["prompt"] for _time in range(2)]
    assert same[0] == same[1]
    others = {local.enhance("an old sailor", seed=seed).prompt for seed in range(12)}
    assert len(others) > 3


def test_what_the_prompt_says_is_not_said_again():
    said = "an old sailor, close-up, at dusk, calm mood, muted colours, fine texture, oil painting"
    found = local.enhance(said)
    assert found.prompt == said
    assert found.notes == ("The prompt says what it needs to; nothing was added.",)
    assert "lit" not in " ".join(local.enhance("a lighthouse at night").notes)
    assert "lit" in " ".join(local.enhance("a lighthouse").notes)


def test_templates_stay_as_they_were_written():
    written = "a {red|blue} house in __place__, (old:1.3)"
    assert local.enhance(written).prompt.startswith(written)


def test_the_starter_gets_words_of_its_own_world_only():
    starter = ImageModel(slug="starter", address="starter", family="sd15")
    for seed in range(10):
        found = local.enhance("a castle", model=starter, seed=seed)
        added = found.prompt.removeprefix("a castle, ")
        assert "lens" not in added
        assert (
            any(added.endswith(each) for each in ("watercolour", "illustration", "sketch", "art"))
            or "," in added
        )
    assert "name one of them" in local.enhance("an old sailor", model=starter).notes[-1]


def test_where_only_the_starter_draws_its_words_are_added_unasked(painter, as_alice):
    ImageModel.objects.exclude(pk=painter.pk).delete()
    general = enhanced(as_alice, prompt="a castle", seed=3)
    ImageModel.objects.update(address="starter")
    found = enhanced(as_alice, prompt="a castle", seed=3)
    starter = ImageModel.objects.get()
    assert found["prompt"] == local.enhance("a castle", seed=3, model=starter).prompt
    assert found["prompt"] != general["prompt"]


def test_no_more_is_added_than_the_model_reads(painter, as_alice):
    painter.contract_data |= {"prompt_tokens": 20, "long_prompts": False}
    painter.save()
    found = enhanced(as_alice, prompt="an old sailor", model="painter")
    assert painter.contract.remark_on(found["prompt"]) == ""
    assert found["notes"][-1] == "This model reads no more than that of a prompt."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "prompt"),
        ({"prompt": " "}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": "x" * 4001}, "prompt"),
        ({"prompt": "a fox", "model": "nowhere"}, "model"),
        ({"prompt": "a fox", "model": "sch\xf6n\x00"}, "model"),
        ({"prompt": "a fox", "seed": -1}, "seed"),
        ({"prompt": "a fox", "seed": True}, "seed"),
    ],
)
def test_what_can_not_be_asked_is_refused_by_its_field(as_alice, body, field):
    refused = send(as_alice, "prompts/enhance", **body)
    assert refused.status_code == 400
    assert list(refused.json()["error"]["fields"]) == [field]


def test_so_many_in_a_minute_and_no_more(as_alice, as_bob, monkeypatch):
    monkeypatch.setattr("chat.assistant.admitting.TURNS", 2)
    for _time in range(2):
        enhanced(as_alice, prompt="a fox")
    refused = send(as_alice, "styles/suggest", prompt="a fox")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
    assert refused.headers["Retry-After"]
    enhanced(as_bob, prompt="a fox")


def test_only_a_model_that_the_person_may_use_is_recommended(as_alice, painter):
    rich = ImageModel.objects.create(
        slug="flux", name="FLUX", address="x", family="flux-dev", position=1
    )
    prompt = "a photograph of a shop with the words “Open late”"
    found = send(as_alice, "images/recommend-model", prompt=prompt).json()
    assert found["model_id"] == found["model"] == "flux"
    assert "words within a picture" in found["reason"]
    assert "28 steps" in found["reason"]
    rich.plans.add(Plan.objects.create(slug="studio", name="Studio"))
    found = send(as_alice, "images/recommend-model", prompt=prompt).json()
    assert found["model_id"] == "painter"
    assert "only one" in found["reason"]
    refused = send(as_alice, "prompts/enhance", prompt=prompt, model="flux")
    assert refused.status_code == 400


def test_a_style_that_names_its_model_brings_it(as_alice, alice, painter):
    other = ImageModel.objects.create(slug="other", name="Other", address="x", position=500)
    style = Style.objects.create(
        scope=Scope.PERSONAL, owner=alice, name="Ink", positive_prompt="ink", model="other"
    )
    for named in (str(style.pk), "ink"):
        found = send(as_alice, "images/recommend-model", prompt="a fox", style=named).json()
        assert found["model_id"] == other.slug
        assert "“Ink”" in found["reason"]
    found = send(as_alice, "images/recommend-model", prompt="a fox", style="crayon").json()
    assert found["model_id"] == "painter"


def test_anothers_style_and_workspace_are_not_there(as_charlie, alice, studio, painter):
    style = Style.objects.create(scope=Scope.PERSONAL, owner=alice, name="Ink")
    asked = send(as_charlie, "images/recommend-model", prompt="a fox", style=str(style.pk))
    assert asked.status_code == 404
    for path in ("images/recommend-model", "styles/suggest"):
        assert send(as_charlie, path, prompt="a fox", workspace="studio").status_code == 404


def test_without_any_model_it_says_so(as_alice):
    asked = send(as_alice, "images/recommend-model", prompt="a fox")
    assert (asked.status_code, asked.json()["error"]["code"]) == (503, "no_model")


def test_the_starter_is_for_its_own_world():
    starter = ImageModel(slug="starter", name="Starter", address="starter", family="sd15")
    large = ImageModel(slug="sdxl", name="Stable Diffusion XL", address="x", family="sdxl", units=2)
    models = [starter, large]
    assert recommending.recommend("a red house at night", models).model is starter
    assert recommending.recommend("portrait photo of a sailor", models).model is large


def test_styles_that_are_there_come_before_new_ones(as_alice, alice, studio):
    Style.objects.create(
        scope=Scope.WORKSPACE,
        workspace=studio,
        owner=alice,
        name="Night",
        positive_prompt="at night",
    )
    Style.objects.create(
        scope=Scope.SITE, name="Day", positive_prompt="by day", negative_prompt="night, moon"
    )
    found = send(as_alice, "styles/suggest", prompt="a house at night", workspace="studio").json()
    names = [each["name"] for each in found["styles"]]
    assert names[0] == "Night"
    assert "“night”" in found["styles"][0]["reason"]
    assert "Day" not in names
    news = [each["new"] for each in found["styles"]]
    assert news == sorted(news)
    assert any(news)
    new = found["styles"][-1]
    assert new["id"] is None
    assert new["positive_prompt"].startswith("{prompt}, ")


def test_a_new_style_is_none_that_is_there_already():
    first = styles.suggest("a house", []).styles
    kept = [Style(name=each.name, positive_prompt=each.positive_prompt) for each in first]
    again = styles.suggest("a house", kept).styles
    assert not {each.positive_prompt for each in again if each.is_new} & {
        each.positive_prompt for each in kept
    }
    assert all(not each.is_new for each in again[: len(kept)])
