"""What is inside the files: the recipe, other tools' form of it, and the mark of its making."""

import io
import json
from xml.etree import ElementTree

import pytest
from PIL import Image as Pillow

from generation import pictures
from generation.provenance.mark import SOURCE_TYPE
from generation.recipe import canonical, hash_of, parameters_text
from generation.storage import stored_keys

RECIPE = {
    "version": 1,
    "model": {"slug": "m", "name": "Model, small", "provider": "fake", "address": "steady"},
    "prompt": "a red house 🏠\nby the sea",
    "negative_prompt": "people",
    "width": 64,
    "height": 64,
    "num_inference_steps": 20,
    "guidance_scale": 4.0,
    "seed": 7,
    "made_by": {"scheduler": "DDIMScheduler", "device": "cpu", "precision": "fp32"},
}


def red(width=64, height=64):
    return Pillow.new("RGB", (width, height), "#c01020")


def opened(content):
    return Pillow.open(io.BytesIO(content))


def test_a_png_holds_its_recipe_and_says_that_a_model_made_it():
    image = opened(pictures.png(red(), RECIPE))
    assert json.loads(image.text["pixazo"]) == RECIPE
    xmp = ElementTree.fromstring(image.text["XML:com.adobe.xmp"].encode())
    (about,) = xmp.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    names = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
    assert about.attrib[names] == SOURCE_TYPE


def test_other_tools_read_its_parameters():
    text = opened(pictures.png(red(), RECIPE)).text["parameters"]
    assert text == (
        "a red house 🏠\nby the sea\n"
        "Negative prompt: people\n"
        "Steps: 20, Sampler: DDIMScheduler, CFG scale: 4, Seed: 7, Size: 64x64,"
        ' Model: "Model, small", Version: Pixazo'
    )
    assert "Negative" not in parameters_text(RECIPE | {"negative_prompt": ""})


def test_equal_recipes_have_equal_texts_and_hashes():
    turned = dict(reversed(RECIPE.items()))
    assert canonical(turned) == canonical(RECIPE)
    assert hash_of(turned) == hash_of(RECIPE)
    assert hash_of(RECIPE | {"seed": 8}) != hash_of(RECIPE)


@pytest.mark.parametrize(("size", "small"), [((2048, 1024), (384, 192)), ((64, 64), (64, 64))])
def test_renditions_are_webp_no_larger_than_needed_and_marked(size, small):
    image = opened(pictures.webp(red(*size), 384))
    assert (image.format, image.size) == ("WEBP", small)
    assert SOURCE_TYPE in image.info["xmp"].decode()


def test_the_dominant_colour_is_the_most_frequent_one():
    image = red()
    image.paste("#ffffff", (0, 0, 20, 20))
    assert pictures.dominant_colour(image) == "#c01020"


def test_files_lie_under_readable_names_that_are_safe_in_a_path(studio, alice):
    stored = pictures.store(red(), RECIPE, studio)
    assert stored.original.startswith("generated/alice/studio/")
    assert set(stored.keys) == set(stored_keys())
    assert stored.medium.removesuffix(".medium.webp") == stored.original.removesuffix(".png")
    alice.username = "../../@lice"
    studio.owner = alice
    assert pictures.store(red(), RECIPE, studio).original.startswith("generated/lice/studio/")
    alice.username = "阿利斯"
    assert pictures.store(red(), RECIPE, studio).original.startswith("generated/user-")


def test_a_picture_with_transparency_is_kept_as_it_looks(studio):
    stored = pictures.store(Pillow.new("RGBA", (8, 8), (10, 20, 30, 255)), RECIPE, studio)
    assert stored.colour == "#0a141e"
