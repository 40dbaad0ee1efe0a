"""Pictures made in one call are those that would have been made alone.

The tolerance is what was measured: batches of other sizes add up their sums in another order, which
moves single levels of 255 by one (fp32, on the CPU).
"""

import pytest

from generation.providers.errors import Cancelled
from generation.tests.drawing import Listener, ask, difference, draw, noise, pixels, square

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, company
from generation.tests.tiny_families import MAKERS

pytestmark = pytest.mark.once

TOLERANCE = 1  # of 255
STEPS = {"sana-sprint": 2}
WORDS = ["a red house", "blue moon", "a tree", "a"]


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


def calls(provider, monkeypatch):
    """How many requests each call of a pipeline was for."""
    from generation.providers.diffusers import drawing

    counted = []
    drawn = drawing.draw

    def counting(pipeline, requests, report):
        counted.append(len(requests))
        return drawn(pipeline, requests, report)

    monkeypatch.setattr(drawing, "draw", counting)
    return counted


@pytest.mark.parametrize("family", MAKERS)
def test_each_gets_the_picture_it_would_have_got_alone(provider, tiny_of, family, monkeypatch):
    asked = [
        ask(
            tiny_of(family),
            family=family,
            prompt=prompt,
            seed=seed,
            num_inference_steps=STEPS.get(family, 4),
        )
        for seed, prompt in enumerate(WORDS)
    ]
    counted = calls(provider, monkeypatch)
    together = draw(provider, *asked)
    assert counted == [4]
    alone = [draw(provider, request)[0] for request in asked]
    for one, other in zip(together, alone, strict=True):
        assert difference(one, other) <= TOLERANCE
    assert len({pixels(picture) for picture in together}) == 4


@pytest.mark.parametrize("family", ["sd15", "sdxl", "sd3", "flux-dev"])
@pytest.mark.parametrize("mode", ["image", "inpaint"])
def test_sources_share_a_call_too(provider, tiny_of, family, mode, monkeypatch):
    asked = [
        ask(
            tiny_of(family),
            family=family,
            mode=mode,
            source=noise(),
            mask=square(),
            strength=0.5,
            seed=seed,
        )
        for seed in range(2)
    ]
    counted = calls(provider, monkeypatch)
    together = draw(provider, *asked)
    assert counted == [2]
    for picture, request in zip(together, asked, strict=True):
        assert difference(picture, draw(provider, request)[0]) <= TOLERANCE


def test_a_negative_prompt_next_to_none_changes_nobodys_picture(provider, tiny_of):
    """SDXL takes no negative prompt for another thing than an empty one."""
    asked = [
        ask(tiny_of("sdxl"), family="sdxl", seed=1),
        ask(tiny_of("sdxl"), family="sdxl", seed=2, negative_prompt="moon"),
    ]
    for picture, request in zip(draw(provider, *asked), asked, strict=True):
        assert difference(picture, draw(provider, request)[0]) <= TOLERANCE


def test_what_differs_in_shape_is_drawn_in_turn(provider, tiny, monkeypatch):
    counted = calls(provider, monkeypatch)
    sizes = [(64, 64), (64, 80), (64, 64)]
    asked = [ask(tiny, width=width, height=height) for width, height in sizes]
    pictures = draw(provider, *asked)
    assert counted == [2, 1]
    assert [picture.image.size for picture in pictures] == sizes


def test_pictures_that_a_model_looks_at_are_its_own_calls(provider, tiny_of):
    folder, family = tiny_of("flux2-klein"), "flux2-klein"
    asked = [
        ask(folder, family=family, seed=1, references=(noise(),)),
        ask(folder, family=family, seed=1),
        ask(folder, family=family, seed=1, references=(noise(), square().convert("RGB"))),
        ask(folder, family=family, seed=1, mode="image", source=noise()),
    ]
    together = draw(provider, *asked)
    alone = [draw(provider, request)[0] for request in asked]
    assert [pixels(each) for each in together] == [pixels(each) for each in alone]
    # A reference and a source are both looked at; with two of them it is another picture.
    assert pixels(alone[0]) == pixels(alone[3])
    assert len({pixels(each) for each in alone}) == 3


def test_steps_go_on_over_the_parts_of_a_call(provider, tiny):
    listener = Listener()
    provider.generate([ask(tiny), ask(tiny, scheduler="euler"), ask(tiny, width=80)], listener)
    assert listener.steps[0] == 0
    assert listener.steps == sorted(listener.steps)
    assert listener.steps[-1] == 4


def test_each_part_shows_its_own_pictures():
    seen = []
    part = company.Part(lambda step, preview: seen.append(preview), (1, 3), 4, 0.0, 0.5)
    part(2, lambda number: f"picture {number} of the part")
    assert [seen[0](place) for place in range(4)] == [
        None,
        "picture 0 of the part",
        None,
        "picture 1 of the part",
    ]


def test_when_nobody_waits_the_whole_call_ends(provider, tiny):
    listener = Listener(stop_at=2)
    with pytest.raises(Cancelled):
        provider.generate([ask(tiny), ask(tiny, scheduler="euler")], listener)
    assert listener.steps[-1] == 2
