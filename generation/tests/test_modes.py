"""One set of weights draws from words, from a picture, within a mask, and larger."""

import itertools
import json
import shutil
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from generation.providers.errors import ProviderError
from generation.tests.drawing import Listener, ask, difference, draw, noise, pixels, square

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, modes, pasting, upscaling

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


def test_little_strength_stays_near_the_source(provider, tiny):
    def distance(strength):
        request = ask(tiny, mode="image", source=noise(), strength=strength, num_inference_steps=10)
        (picture,) = draw(provider, request)
        changed = ImageChops.difference(picture.image, untouched.image)
        return sum(level * count for level, count in enumerate(changed.convert("L").histogram()))

    # What the autoencoder alone makes of the source is the nearest there is.
    (untouched,) = draw(
        provider, ask(tiny, mode="image", source=noise(), strength=0.01, num_inference_steps=100)
    )
    assert 0 < distance(0.2) < distance(1.0)


def test_a_source_leaves_steps_out_and_the_rest_is_told_in_whole(provider, tiny):
    listener = Listener()
    provider.generate([ask(tiny, mode="image", source=noise(), strength=0.5)], listener)
    assert listener.steps == [0, 2, 4]


@pytest.mark.parametrize("mode", ["image", "inpaint"])
def test_the_least_strength_of_few_steps_is_still_a_step(provider, tiny, mode):
    request = ask(
        tiny, mode=mode, source=noise(), mask=square(), strength=0.05, num_inference_steps=2
    )
    listener = Listener()
    provider.generate([request], listener)
    assert listener.steps == [0, 2]


def test_outside_the_mask_every_pixel_is_kept(provider, tiny):
    (picture,) = draw(
        provider, ask(tiny, mode="inpaint", source=noise(), mask=square(), strength=1.0)
    )
    changed = ImageChops.difference(picture.image, noise())
    assert changed.getbbox() == (16, 16, 48, 48)


def test_a_thin_mask_is_drawn_too():
    mask = square(box=(20, 20, 22, 40))
    pasted = pasting.paste(Image.new("RGB", (64, 64), "red"), noise(), mask)
    assert pasted.getpixel((20, 30)) == (255, 0, 0)
    assert pasted.getpixel((23, 30)) == noise().getpixel((23, 30))


def test_the_edge_of_a_mask_is_soft():
    pasted = pasting.paste(
        Image.new("RGB", (64, 64), "white"), Image.new("RGB", (64, 64)), square()
    )
    levels = [pasted.getpixel((column, 32))[0] for column in range(15, 33)]
    assert levels[0] == 0
    assert levels[-1] == 255
    assert levels == sorted(levels)
    assert any(0 < level < 255 for level in levels)


def test_a_mask_at_the_border_is_drawn_to_the_border():
    pasted = pasting.paste(
        Image.new("RGB", (64, 64), "white"),
        Image.new("RGB", (64, 64)),
        square(box=(32, 0, 64, 64)),
    )
    assert pasted.getpixel((63, 0)) == (255, 255, 255)


def test_all_modes_share_one_set_of_weights(provider, tiny):
    model = provider.kept.model(ask(tiny))
    pipelines = {mode: model.pipeline_for(mode) for mode in ("text", "image", "inpaint")}
    assert len({type(each) for each in pipelines.values()}) == 3
    assert len({id(each.unet) for each in pipelines.values()}) == 1
    assert model.pipeline_for("image") is pipelines["image"]


@pytest.fixture
def adds_details(monkeypatch):
    """The tiny model counts as one that was trained for large pictures."""
    monkeypatch.setattr(upscaling, "DETAILED_SIDE", 64)


def test_an_upscaled_picture_is_larger_and_like_its_source(provider, tiny, adds_details):
    listener = Listener()
    request = ask(tiny, mode="upscale", source=noise(), width=128, height=128)
    (picture,) = provider.generate([request], listener)
    assert picture.image.size == (128, 128)
    assert not picture.remark
    assert listener.steps == sorted(listener.steps)
    assert listener.steps[-1] == 4


def test_what_is_larger_than_the_model_likes_is_drawn_in_tiles(provider, tiny):
    model = provider.kept.model(ask(tiny))
    side = upscaling._liked_side(model.pipeline)
    boxes = upscaling.tiles(4 * side, 3 * side // 2 // 8 * 8, side)
    assert len(boxes) > 8
    for left, top, right, bottom in boxes:
        assert (right - left, bottom - top) == (side, side)
        assert left % 8 == top % 8 == 0


@pytest.mark.parametrize(
    ("width", "height", "side"), [(64, 64, 128), (128, 64, 64), (2048, 1536, 1024), (520, 520, 512)]
)
def test_tiles_cover_all_and_overlap(width, height, side):
    covered = Image.new("L", (width, height))
    boxes = upscaling.tiles(width, height, side)
    for box in boxes:
        covered.paste(255, box)
    assert covered.getextrema() == (255, 255)
    across = sorted({box[0] for box in boxes})
    assert all(b - a < min(side, width) for a, b in itertools.pairwise(across))


def test_no_seam_is_left_between_tiles(provider, tiny, adds_details, monkeypatch):
    """Tiles of one colour each: from one to the next in small steps."""
    shades = iter([(60, 60, 60), (180, 180, 180)] * 20)

    def in_one_shade(pipeline, requests, report):
        shade = next(shades)
        return [
            upscaling.Drawn(Image.new("RGB", (each.width, each.height), shade)) for each in requests
        ]

    monkeypatch.setattr("generation.providers.diffusers.drawing.draw", in_one_shade)
    side = upscaling._liked_side(provider.kept.model(ask(tiny)).pipeline)
    request = ask(tiny, mode="upscale", source=noise(), width=2 * side - 8, height=side)
    (picture,) = draw(provider, request)
    row = [picture.image.getpixel((column, side // 2))[0] for column in range(2 * side - 8)]
    assert (row[0], row[-1]) == (60, 60)
    assert max(row) > 140
    assert max(abs(b - a) for a, b in itertools.pairwise(row)) <= 5


def test_a_model_that_cannot_start_from_pictures_only_enlarges(provider, tiny, monkeypatch):
    monkeypatch.setattr(modes, "draws_over", lambda pipeline, family: False)
    listener = Listener()
    request = ask(tiny, mode="upscale", source=noise(), width=128, height=128)
    (picture,) = provider.generate([request], listener)
    assert picture.remark == upscaling.ONLY_ENLARGED
    enlarged = noise().resize((128, 128), Image.Resampling.LANCZOS)
    assert pixels(picture) == enlarged.tobytes()
    assert listener.steps == [0, 4]


def test_a_model_of_small_pictures_only_enlarges_unless_a_strength_is_asked_for(provider, tiny):
    """It would draw the whole prompt into each tile: another picture, with seams."""
    request = ask(tiny, mode="upscale", source=noise(), width=128, height=128)
    (picture,) = draw(provider, request)
    assert picture.remark == upscaling.ONLY_ENLARGED
    assert pixels(picture) == noise().resize((128, 128), Image.Resampling.LANCZOS).tobytes()
    (drawn,) = draw(provider, replace(request, strength=0.2))
    assert drawn.remark != upscaling.ONLY_ENLARGED
    assert pixels(drawn) != pixels(picture)


def test_a_mode_that_the_model_has_not_is_said_so(provider, tiny, monkeypatch):
    monkeypatch.setattr(modes, "_class", lambda *args: None)
    provider.kept.models.clear()
    with pytest.raises(ProviderError) as caught:
        draw(provider, ask(tiny, mode="inpaint", source=noise(), mask=square(), strength=1.0))
    assert caught.value.code == "mode_unknown"


def test_a_source_that_is_missing_is_said_so(provider, tiny):
    with pytest.raises(ProviderError) as caught:
        draw(provider, ask(tiny, mode="image", strength=0.5))
    assert caught.value.code == "no_source"


def test_references_that_a_model_cannot_look_at_are_said_so(provider, tiny):
    with pytest.raises(ProviderError) as caught:
        draw(provider, ask(tiny, references=(noise(),)))
    assert caught.value.code == "references_unknown"


def test_modes_in_turn_leave_no_trace(provider, tiny, adds_details):
    (before,) = draw(provider, ask(tiny))
    draw(provider, ask(tiny, mode="image", source=noise(), strength=0.5))
    draw(provider, ask(tiny, mode="inpaint", source=noise(), mask=square(), strength=1.0))
    draw(provider, ask(tiny, mode="upscale", source=noise(), width=128, height=128))
    (after,) = draw(provider, ask(tiny))
    assert difference(before, after) == 0


@pytest.fixture
def for_inpainting(tiny, tmp_path):
    """A folder that names an inpainting class, around weights that draw from text as well."""
    folder = shutil.copytree(tiny, tmp_path / "model")
    index = json.loads((folder / "model_index.json").read_text())
    named = index | {"_class_name": "StableDiffusionInpaintPipeline"}
    (folder / "model_index.json").write_text(json.dumps(named))
    return folder


@pytest.mark.parametrize("family", ["", "sd15"])
def test_a_folder_of_an_inpainting_class_draws_from_text_too(
    provider, tiny, for_inpainting, family
):
    (plain,) = draw(provider, ask(tiny, family="sd15"))
    (picture,) = draw(provider, ask(for_inpainting, family=family))
    assert picture.made_by["pipeline"] == "StableDiffusionPipeline"
    assert pixels(picture) == pixels(plain)


@pytest.mark.parametrize("mode", ["text", "image"])
def test_weights_for_inpainting_only_say_so(provider, for_inpainting, monkeypatch, mode):
    request = ask(for_inpainting, mode=mode, source=noise(), strength=0.5)
    config = provider.pipeline(request).unet.config
    monkeypatch.setitem(config.__dict__, "in_channels", 9)
    with pytest.raises(ProviderError) as caught:
        draw(provider, request)
    assert caught.value.sentence == modes.SENTENCES[mode]
