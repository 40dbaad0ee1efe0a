"""The first models are there, and staff's changes stay."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from generation import catalogue
from generation.catalogue import rules
from generation.families import FAMILIES
from generation.models import ImageModel, Service
from generation.providers.diffusers import options

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_only_the_starter_model_may_be_picked_at_first():
    catalogue.seed()
    assert [model.slug for model in ImageModel.objects.available()] == ["starter"]


def test_the_models_that_people_know_may_be_switched_on():
    catalogue.seed()
    addresses = set(ImageModel.objects.values_list("address", flat=True))
    assert addresses >= {
        "stable-diffusion-v1-5/stable-diffusion-v1-5",
        "stabilityai/stable-diffusion-xl-base-1.0",
        "stabilityai/stable-diffusion-3.5-large",
        "black-forest-labs/FLUX.1-dev",
        "Efficient-Large-Model/Sana_Sprint_1.6B_1024px_diffusers",
        "aoxo/flux.1dev-abliterated",
        "flux-2-klein-4b",
    }


def test_every_row_is_sound_and_has_a_contract():
    catalogue.seed()
    for model in ImageModel.objects.all():
        model.full_clean()
        rules.check(model)
        assert options.parse(model.options)
        assert model.contract.modes
        is_local = model.provider == "diffusers"
        assert model.lane == ("gpu" if is_local else "remote")
        assert (model.family in FAMILIES) == is_local


def test_staff_see_what_a_local_model_needs():
    catalogue.seed()
    for model in ImageModel.objects.filter(provider="diffusers").exclude(slug="starter"):
        assert model.download_gb > 0
        assert model.memory_gb > 0


def test_staff_see_what_a_picture_of_a_service_costs():
    catalogue.seed()
    costs = dict(ImageModel.objects.exclude(cost=None).values_list("slug", "cost"))
    free = {"pixazo-sdxl", "pixazo-sdxl-lightning", "pixazo-flux-schnell", "pixazo-sd15-inpainting"}
    assert {slug for slug, cost in costs.items() if not cost} == free
    # As their adapters say: what is free is ordered again where the first order's fate is unknown.
    repeated = ImageModel.objects.filter(adapter__may_repeat=True)
    assert {model.slug for model in repeated} == free
    assert costs["pixazo-flux2-klein"] == Decimal("0.0007")
    assert costs["pixazo-sd35-large"] == Decimal("0.2")


def test_models_of_an_older_site_learn_their_costs_once():
    catalogue.seed()
    ImageModel.objects.update(cost=None)
    ImageModel.objects.filter(slug="pixazo-sdxl").update(address="ours")
    ImageModel.objects.filter(slug="pixazo-flux2-klein").update(cost=Decimal("0.001"))
    import_module("generation.migrations.0013_cost").name_costs(apps, None)
    costs = dict(ImageModel.objects.values_list("slug", "cost"))
    assert costs["pixazo-flux-schnell"] == 0
    assert costs["pixazo-sdxl"] is None  # another model by now
    assert costs["pixazo-flux2-klein"] == Decimal("0.001")  # what staff said
    ours = {row["slug"]: row["cost"] for row in catalogue.REMOTE_MODELS if "cost" in row}
    told = import_module("generation.migrations.0013_cost").COSTS
    assert {slug: Decimal(cost) for slug, (_, cost) in told.items()} == ours


def test_gated_models_are_marked():
    catalogue.seed()
    gated = ImageModel.objects.filter(is_gated=True).values_list("slug", flat=True)
    assert set(gated) == {"flux-dev", "flux-schnell", "sd35-large"}


def test_sana_sprint_takes_two_steps():
    catalogue.seed()
    steps = ImageModel.objects.get(slug="sana-sprint").contract["num_inference_steps"]
    assert steps.fixed
    assert steps.default == 2


def test_services_are_there_without_a_key():
    catalogue.seed()
    assert dict(Service.objects.values_list("slug", "base_url")) == {
        "pixazo": "https://gateway.pixazo.ai",
        "openai": "https://api.openai.com/v1",
    }
    assert not any(service.api_key for service in Service.objects.all())


def test_what_staff_changed_stays():
    catalogue.seed()
    ImageModel.objects.filter(slug="sdxl").update(is_active=True, name="Ours", family="")
    Service.objects.filter(slug="pixazo").update(base_url="https://ours.example")
    catalogue.seed()
    ours = ImageModel.objects.get(slug="sdxl")
    assert (ours.name, ours.is_active, ours.family) == ("Ours", True, "")
    assert Service.objects.get(slug="pixazo").base_url == "https://ours.example"


def test_first_models_of_an_older_site_learn_their_families_once():
    first = {"sd15": "stable-diffusion-v1-5/stable-diffusion-v1-5", "sdxl": "/models/ours"}
    for slug, address in first.items():
        ImageModel.objects.create(slug=slug, name=slug, address=address)
    import_module("generation.migrations.0006_families").name_families(apps, None)
    named = dict(ImageModel.objects.values_list("slug", "family"))
    assert named == {"sd15": "sd15", "sdxl": ""}  # an address of their own is another model
