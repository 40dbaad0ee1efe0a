"""What made a picture is said so that it can be made again."""

import json

import pytest

from generation.tests.drawing import ask, draw, pixels

pytest.importorskip("torch")
from generation.providers.diffusers import Provider
from generation.tests.tiny_families import MAKERS

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


@pytest.mark.parametrize("family", MAKERS)
def test_it_is_plain_json_and_says_the_whole_configuration(provider, tiny_of, family):
    (picture,) = draw(
        provider, ask(tiny_of(family), family=family, num_inference_steps=2, prompt="a house")
    )
    made_by = dict(picture.made_by)
    assert json.loads(json.dumps(made_by, allow_nan=False)) == made_by
    pipeline = provider.pipeline(ask(tiny_of(family), family=family))
    config = pipeline.scheduler.config
    assert made_by["pipeline"] == type(pipeline).__name__
    assert set(made_by["scheduler_config"]) == {key for key in config if key[0] != "_"}
    assert made_by["noise_device"] == "cpu"
    assert made_by["device"] == "cpu"
    assert made_by["precision"] == "fp32"
    assert made_by["attention"] == "native"
    assert set(made_by["libraries"]) == {"diffusers", "torch", "transformers"}


def test_it_names_the_weights_by_their_hashes(provider, tiny):
    (picture,) = draw(provider, ask(tiny))
    hashes = picture.made_by["weights_sha256"]
    assert "unet/diffusion_pytorch_model.safetensors" in hashes
    assert all(len(each) == 64 for each in hashes.values())


def test_no_path_of_this_machine_is_told(provider, tiny):
    (picture,) = draw(provider, ask(tiny))
    assert str(tiny.parent) not in json.dumps(picture.made_by)


def test_what_it_says_is_enough_to_make_the_picture_again(tiny, settings):
    settings.DEVICE = "cpu"
    (first,) = draw(Provider(), ask(tiny, scheduler="unipc"))
    (again,) = draw(Provider(), ask(tiny, scheduler="unipc"))
    assert pixels(first) == pixels(again)
    assert first.made_by == again.made_by
