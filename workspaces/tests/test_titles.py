"""A topic's title is made of its first prompt, without a language model."""

import pytest

from workspaces.titles import LONGEST, title_of, titles_of


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("a red house under a full moon, night, watercolour", "Red house under a full moon"),
        ("a red house with blue shutters under a very full moon", "Red house with blue shutters"),
        ("a big red house with blue shutters and a garden", "Big red house with blue shutters"),
        ("ein rotes Haus unter dem vollen Mond am Abend", "Ein rotes Haus unter dem vollen Mond"),
        ("ein rotes Haus mit einem sehr großen Garten", "Ein rotes Haus"),
        ("red house", "Red house"),
        ("The lighthouse", "Lighthouse"),
        ("A photo of a cat on the", "Cat"),
        ("painting of the sea at dusk.", "Sea at dusk"),
        ("a {red|blue} lighthouse by the sea", "Red lighthouse by the sea"),
        ("{2$$ and $$a fox|a boat} at sea", "Fox at sea"),
        ("{~3::old|new} town", "Old town"),
        ("{a {small|big} boat|a fox}", "Small boat"),
        ("a __!colour__ __kinds-of-place__", "Colour kinds of place"),
        ("(red house:1.3), [night]", "Red house"),
        ("<lora:thing:0.8> castle", "Castle"),
        (", , night", "Night"),
        ("élan vital", "Élan vital"),
        ("  two\nlines ", "Two lines"),
        ("月夜の赤い家", "月夜の赤い家"),
    ],
)
def test_it_says_what_the_picture_is_of(prompt, title):
    assert title_of(prompt) == title


@pytest.mark.parametrize("prompt", ["", "   ", ",.;", "{|}", "the a an", "\x00"])
def test_of_nothing_it_makes_nothing(prompt):
    assert title_of(prompt) == ""


@pytest.mark.parametrize(
    "prompt", ["x" * 20_000, "word " * 5000, "{" * 2000, "月" * 500, "(((a" * 900]
)
def test_it_is_short_whatever_the_prompt(prompt):
    assert len(title_of(prompt)) <= LONGEST


def test_a_title_is_known_again_wherever_it_was_cut():
    prompt = "a red house under a full moon, night"
    assert {title_of(prompt), "Red house under a full", "Red house"} <= titles_of(prompt)
    assert title_of("a blue house") not in titles_of(prompt)
    assert titles_of(",") == set()
