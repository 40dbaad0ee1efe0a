"""Weighted words and long prompts are understood where the encoder can."""

import pytest

from generation.tests.drawing import ask, difference, draw, pixels

pytest.importorskip("torch")
pytest.importorskip("compel")
from generation.providers.diffusers import Provider, prompts

pytestmark = pytest.mark.once

LONG = "a harbour in winter with ships and gulls and snow on every roof of the town"


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a red house", [("a red house", 1.0)]),
        ("", [("", 1.0)]),
        ("a (red:1.3) house", [("a ", 1.0), ("red", 1.3), (" house", 1.0)]),
        ("(red sky:0.5)", [("red sky", 0.5)]),
        ("(red:9)", [("red", prompts.HEAVIEST)]),
        ("a house (in winter), C++", [("a house (in winter), C++", 1.0)]),
        ("at (10:30)", [("at (10:30)", 1.0)]),
        (r"a smile \(red:1.3)", [(r"a smile \(red:1.3)", 1.0)]),
        ("(red:nice)", [("(red:nice)", 1.0)]),
    ],
)
def test_only_words_with_a_number_are_weighted(text, expected):
    assert prompts.fragments(text) == expected


def test_a_weight_changes_the_picture_and_a_weight_of_one_does_not(provider, tiny):
    (plain,) = draw(provider, ask(tiny, prompt="a red house"))
    (one,) = draw(provider, ask(tiny, prompt="a (red:1.0) house"))
    (heavy,) = draw(provider, ask(tiny, prompt="a (red:1.6) house"))
    (light,) = draw(provider, ask(tiny, prompt="a (red:0.2) house"))
    assert difference(plain, one) <= 1
    assert len({pixels(plain), pixels(heavy), pixels(light)}) == 3


def test_words_beyond_the_encoders_length_count(provider, tiny):
    tokenizer = provider.pipeline(ask(tiny)).tokenizer
    assert len(tokenizer(LONG).input_ids) > 2 * tokenizer.model_max_length
    (one,) = draw(provider, ask(tiny, prompt=f"{LONG}, blue"))
    (other,) = draw(provider, ask(tiny, prompt=f"{LONG}, gold"))
    assert pixels(one) != pixels(other)


def test_a_long_negative_prompt_goes_with_a_short_prompt(provider, tiny):
    (short,) = draw(provider, ask(tiny, negative_prompt="moon"))
    (long,) = draw(provider, ask(tiny, negative_prompt=LONG))
    assert pixels(short) != pixels(long)


def test_plus_and_brackets_mean_nothing_by_themselves(provider, tiny):
    """They do in the language of the library that weighs."""
    parts = prompts._compels(provider.pipeline(ask(tiny)))
    text = "(a b)++"
    plain = provider.pipeline(ask(tiny)).encode_prompt(text, "cpu", 1, False)[0]
    assert (prompts._encoded(parts[0], text) - plain).abs().max() < 1e-5


def test_weights_and_length_change_nobody_elses_picture(provider, tiny):
    asked = [
        ask(tiny, prompt="a red house", seed=1),
        ask(tiny, prompt="a (red:1.5) house", seed=2),
        ask(tiny, prompt=LONG, seed=3),
        ask(tiny, prompt="a (blue:1.2) moon", seed=4),
        ask(tiny, prompt="a moon", negative_prompt="a (red:1.2) sun", seed=5),
    ]
    together = draw(provider, *asked)
    for picture, request in zip(together, asked, strict=True):
        (alone,) = draw(provider, request)
        assert difference(picture, alone) <= 1
