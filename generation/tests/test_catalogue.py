"""The first models are there, and staff's changes stay."""

from generation import catalogue
from generation.models import ImageModel


def test_the_starter_model_may_be_picked_and_the_large_ones_may_be_switched_on(db):
    catalogue.seed()
    assert [model.slug for model in ImageModel.objects.available()] == ["starter"]
    assert set(ImageModel.objects.values_list("slug", flat=True)) == {"starter", "sdxl", "sd15"}
    for model in ImageModel.objects.all():
        model.full_clean()
        assert model.lane == "gpu"


def test_what_staff_changed_stays(db):
    catalogue.seed()
    ImageModel.objects.filter(slug="sdxl").update(is_active=True, name="Ours")
    catalogue.seed()
    assert ImageModel.objects.get(slug="sdxl").name == "Ours"
