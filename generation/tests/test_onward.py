"""From a finished picture onward: varied, enlarged, started from."""

import json

import pytest

from generation.contract.parameter import SIDES
from generation.models import Batch, Image, Input
from generation.tests.engine import ask, draw_all
from generation.tests.page import FETCH, address, words
from workspaces.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(studio, painter):
    painter.contract_data |= {"modes": ["text", "image", "variation", "upscale"]}
    painter.save()
    ask(studio, painter, prompt="a red house", seed=7)
    draw_all()
    return Image.objects.get()


def press(client, name, workspace, image, **fields):
    return client.post(address(name, workspace, image), fields, **FETCH)


@pytest.mark.parametrize(("variation", "strength"), [("subtle", 0.35), ("strong", 0.7)])
def test_a_variation_is_the_same_request_from_the_picture(
    studio, as_alice, alice, image, variation, strength
):
    response = press(as_alice, "image_vary", studio, image, variation=variation)
    assert response.status_code == 201
    batch = Batch.objects.latest("pk")
    assert (batch.mode, batch.strength) == ("variation", pytest.approx(strength))
    assert (batch.prompt, batch.model, batch.author) == ("a red house", image.job.model, alice)
    assert [(each.role, each.image) for each in batch.inputs.all()] == [("source", image)]
    draw_all()
    assert batch.jobs.get().state == "succeeded"


def test_an_enlarged_picture_has_twice_the_sides(studio, as_alice, image):
    response = press(as_alice, "image_upscale", studio, image, scale="2")
    assert response.status_code == 201
    batch = Batch.objects.latest("pk")
    assert (batch.mode, batch.scale, batch.width, batch.height) == ("upscale", 2, 128, 128)
    assert "upscaled 2 times as wide" in words(response)


def test_a_scale_that_the_model_has_not_is_refused_in_words(studio, as_alice, image):
    response = press(as_alice, "image_upscale", studio, image, scale="3")
    assert response.status_code == 400
    assert "Scale must be 2 or 4" in response.json()["error"]["fields"]["scale"][0]


def test_a_model_that_only_draws_from_text_says_so(studio, painter, as_alice, image):
    painter.contract_data |= {"modes": ["text"]}
    painter.save()
    response = press(as_alice, "image_vary", studio, image, variation="subtle")
    assert response.status_code == 400
    assert "can't do this" in response.json()["error"]["message"]
    tile = as_alice.get(address("job", studio, image.job)).content.decode()
    assert 'may="draw verify change"' in tile  # neither "vary" nor "upscale"


@pytest.mark.parametrize(("side", "word"), [(128, "enlarge"), (512, "upscale")])
def test_a_model_that_adds_no_details_says_so_before_a_unit_is_spent(
    studio, painter, as_alice, image, side, word
):
    """What is drawn here by a model of small pictures is only made larger."""
    painter.contract_data |= {each: {"default": side, "min": 64, "max": 512} for each in SIDES}
    painter.provider = painter.Provider.DIFFUSERS
    painter.save()
    tile = as_alice.get(address("job", studio, image.job)).content.decode()
    assert f'may="draw vary {word} verify change"' in tile
    page = words(as_alice.get(address("image", studio, image)))
    assert ("Enlarge \u00d7" in page, "Upscale \u00d7" in page) == (
        word == "enlarge",
        word == "upscale",
    )
    # A service adds what it adds.
    painter.provider = painter.Provider.OPENAI
    assert not painter.only_enlarges


def test_who_may_look_only_makes_nothing(studio, charlie, as_charlie, image):
    assert press(as_charlie, "image_vary", studio, image).status_code == 404
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    for name in ("image_vary", "image_upscale"):
        response = press(as_charlie, name, studio, image)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "look_only")
    assert Batch.objects.count() == 1


def test_without_scripts_it_leads_back_to_the_studio(studio, as_alice, image):
    response = as_alice.post(address("image_vary", studio, image), {"variation": "subtle"})
    assert response["Location"] == studio.get_absolute_url()
    page = as_alice.get(address("image", studio, image)).content.decode()
    assert f"{studio.get_absolute_url()}?start={image.pk}" in page


def test_the_studio_may_begin_with_a_picture_of_its_own_only(
    studio, as_alice, charlie, as_charlie, image
):
    page = as_alice.get(studio.get_absolute_url(), {"start": image.pk}).content.decode()
    assert f'"name": "image:{image.pk}"' in page
    other = type(studio).found(charlie, "Other")
    for pk in (image.pk, "nonsense"):
        page = as_charlie.get(other.get_absolute_url(), {"start": pk})
        assert page.status_code == 200
        assert 'id="start"' not in page.content.decode()


def test_a_card_says_what_it_was_made_from_and_reuse_brings_it_back(studio, as_alice, image):
    response = press(as_alice, "image_vary", studio, image, variation="strong")
    answer = response.content.decode()
    assert "variation strength 0.7" in words(response)
    assert f'class="thumb batch-source" src="/{image.small}"' in answer
    card = as_alice.get(address("batch", studio, Batch.objects.latest("pk")))
    settings = json.loads(card.context["card"].settings)
    assert settings["source"]["name"] == f"image:{image.pk}"
    assert (settings["mode"], settings["strength"]) == ("variation", pytest.approx(0.7))


def test_a_source_that_was_deleted_since_leaves_the_card_whole(studio, as_alice, image):
    press(as_alice, "image_vary", studio, image, variation="strong")
    draw_all()
    made = Image.objects.latest("pk")
    image.trash()
    card = as_alice.get(address("batch", studio, made.job.batch))
    assert card.context["card"].source is None
    assert as_alice.get(address("image", studio, made)).status_code == 200
    Input.objects.update(image=None)
    assert as_alice.get(address("image", studio, made)).status_code == 200
