"""The settings panel knows of each model what its contract has, and nothing else."""

import pytest

from billing.models import Account, Plan
from generation.models import ImageModel, Lora, OwnKey, Service
from generation.tests.engine import ask
from generation.tests.page import words
from generation.tests.test_studio import contracts

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def visit(studio, as_alice):
    return lambda: as_alice.get(studio.get_absolute_url())


def test_models_stand_under_who_makes_their_pictures(painter, visit):
    assert "<optgroup" not in visit().content.decode()
    service = Service.objects.create(slug="away", name="Far away", kind="pixazo")
    ImageModel.objects.create(
        slug="cloud", name="Cloud", provider="pixazo", service=service, address="cloud"
    )
    answer = visit().content.decode()
    assert '<optgroup label="Far away"><option value="cloud"' in answer
    assert '<optgroup label="fake"><option value="painter"' in answer
    Service.objects.update(is_active=False)
    assert "cloud" not in contracts(visit())


def test_a_model_whose_service_has_no_key_says_so(painter, visit, alice):
    service = Service.objects.create(slug="away", name="Far away", kind="openai")
    ImageModel.objects.create(slug="cloud", name="Cloud", service=service, address="cloud")
    assert contracts(visit())["cloud"]["needs_key"]
    assert not contracts(visit())["painter"]["needs_key"]
    OwnKey.objects.create(user=alice, service=service, key="a-key-of-alice")
    assert contracts(visit())["cloud"]["needs_key"]  # her plan allows none
    Plan.objects.update(may_bring_keys=True)
    assert not contracts(visit())["cloud"]["needs_key"]
    OwnKey.objects.all().delete()
    service.api_key = "the-sites-own-key"
    service.save()
    assert not contracts(visit())["cloud"]["needs_key"]


def test_the_models_of_ones_latest_pictures_come_first(studio, painter, visit):
    for name in ("one", "two", "three", "four", "five"):
        painter.pk = None
        painter._state.adding = True
        painter.slug = painter.name = name
        painter.save(force_insert=True)
        if name in ("one", "four"):
            ask(studio, painter)
    assert 'recent="four one"' in visit().content.decode()
    ImageModel.objects.get(slug="five").delete()
    assert 'recent=""' in visit().content.decode()


def test_what_a_plan_does_not_hold_is_not_offered(painter, visit, alice, as_alice):
    painter.plans.add(Plan.objects.unlimited())
    assert "No model can be used at present" in words(visit())
    assert "Painter" not in words(as_alice.get("/models/"))
    account = Account.objects.of(alice)
    account.plan = Plan.objects.unlimited()
    account.save()
    assert list(contracts(visit())) == ["painter"]
    assert "Painter" in words(as_alice.get("/models/"))


def test_loras_are_offered_where_they_fit(painter, visit):
    Lora.objects.create(
        slug="ink", name="Ink", family="sd15", file="/a", trigger_words="ink lines", weight=0.8
    )
    Lora.objects.create(slug="off", name="Off", family="sd15", file="/b", is_active=False)
    Lora.objects.create(slug="big", name="Big", family="sdxl", file="/c")
    painter.family = "sd15"
    painter.save()
    assert contracts(visit())["painter"]["lora_choices"] == [
        {"slug": "ink", "name": "Ink", "trigger_words": "ink lines", "weight": 0.8}
    ]
    painter.contract_data["loras"] = 0
    painter.save()
    assert contracts(visit())["painter"]["lora_choices"] == []


def test_samplers_have_names_that_people_know(painter, visit):
    painter.contract_data["schedulers"] = ["euler", "dpmpp-2m-karras", "of-tomorrow"]
    painter.save()
    assert [each["label"] for each in contracts(visit())["painter"]["scheduler_choices"]] == [
        "Euler",
        "DPM++ 2M Karras",
        "of-tomorrow",
    ]


def test_guidance_that_is_not_used_is_not_shown(painter, visit):
    painter.contract_data |= {"guidance_scale": False, "negative_prompt": False}
    painter.save()
    answer = visit().content.decode()
    dial = answer.split('name="guidance_scale"')[1].split(">")[0]
    assert "hidden" in dial
    assert "hidden" in answer.split("<leave-out")[1].split(">")[0]


def test_the_catalogue_says_what_each_model_can_do(painter, as_alice):
    painter.contract_data |= {
        "guidance_scale": False,
        "modes": ["text", "inpaint"],
        "schedulers": ["ddim"],
        "sizes": [[64, 64], [96, 64]],
        "prompt_tokens": 77,
    }
    painter.save()
    said = words(as_alice.get("/models/"))
    for words_of in (
        "from text, repainted",
        "Only sizes 64 \u00d7 64, 96 \u00d7 64",
        "Not used",
        "DDIM",
    ):
        assert words_of in said
    assert "Reads 77 tokens" in said
