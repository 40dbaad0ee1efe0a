"""The form's door: a card at once, or a sentence for every field that is wrong."""

import json

import pytest

from billing.models import Hold
from generation.models import Batch, ImageModel, Job
from generation.tests.page import address, generate, words
from workspaces.models import Membership


def refused(response, status=400):
    assert response.status_code == status, response.content
    assert not Batch.objects.exists()
    return response.json()["error"]


def test_it_answers_with_the_new_card(studio, painter, as_alice, alice, rings):
    response = generate(as_alice, studio, count=2, seed=7, width=128, height=64)
    assert response.status_code == 201
    batch = Batch.objects.get()
    assert (batch.author, batch.count, batch.seed, batch.width) == (alice, 2, 7, 128)
    assert f'id="batch-{batch.pk}"' in response.content.decode()
    assert "2 units held" in words(response)
    assert "Next in line" in words(response)


def test_what_is_left_empty_gets_the_models_default(studio, painter, as_alice):
    generate(as_alice, studio, seed="", width="", num_inference_steps="")
    batch = Batch.objects.get()
    assert (batch.width, batch.num_inference_steps, batch.count) == (64, 4, 1)


def test_the_same_key_makes_one_batch(studio, painter, as_alice):
    first = generate(as_alice, studio, key="abc")
    again = generate(as_alice, studio, key="abc")
    assert first.content == again.content
    assert Batch.objects.count() == 1
    assert Hold.objects.count() == 1


def test_what_the_contract_corrected_is_said(studio, painter, as_alice):
    painter.contract_data["num_inference_steps"] = {"fixed": 2, "reason": "It is distilled."}
    painter.save()
    response = generate(as_alice, studio, num_inference_steps=30)
    assert json.loads(response["X-Corrections"]) == ["Steps set to 2: It is distilled."]
    assert Batch.objects.get().num_inference_steps == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("prompt", "   ", "Describe the picture you want."),
        ("prompt", "x" * 10_000, "Prompt may have 4,000 characters, this one has 10,000."),
        ("width", "100", "Width must be a multiple of 8: 96 or 104, not 100."),
        ("width", "many", "Width must be a number."),
        ("num_inference_steps", "51", "Steps must be between 1 and 50 for this model, not 51."),
        ("count", "0", "Images must be from 1 to 4, not 0."),
        ("count", "5", "Images must be from 1 to 4, not 5."),
        ("seed", "-1", "Seed must be from 0 to 4,294,967,295, not -1."),
        ("model", "nonesuch", "This model is not there any more. Choose another one."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(studio, painter, as_alice, field, value, sentence):
    error = refused(generate(as_alice, studio, **{field: value}))
    assert error["fields"][field] == [sentence]
    assert not Hold.objects.exists()


def test_a_model_that_is_switched_off_is_refused_by_name(studio, painter, as_alice):
    ImageModel.objects.update(is_active=False)
    error = refused(generate(as_alice, studio))
    assert "Painter can't be used" in error["fields"]["model"][0]


def test_the_eleventh_picture_of_a_free_day_is_refused_with_the_time(studio, painter, as_alice):
    for _ in range(2):
        generate(as_alice, studio, count=4)
    assert generate(as_alice, studio, count=2).status_code == 201
    response = generate(as_alice, studio)
    assert response.status_code == 429
    assert response.json()["error"]["code"] == "out_of_units"
    assert "00:00 UTC" in response.json()["error"]["message"]
    assert Job.objects.count() == 10


def test_a_viewer_may_not_draw(studio, painter, charlie, as_charlie):
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    assert refused(generate(as_charlie, studio), status=403)["code"] == "look_only"


def test_strangers_draw_nothing(studio, painter, as_charlie, client):
    refused(generate(as_charlie, studio), status=404)
    assert generate(client, studio).status_code == 302
    assert not Batch.objects.exists()


def test_a_form_sent_before_the_scripts_had_loaded_comes_back_to_the_page(
    studio, painter, as_alice
):
    fields = {"prompt": "a red house", "model": "painter"}
    response = as_alice.post(address("generate", studio), fields)
    assert response.status_code == 302
    assert response["Location"] == studio.get_absolute_url()
    assert Batch.objects.count() == 1
