"""What holds for every template, however hostile: it ends soon, in prompts or in a sentence."""

import re
import time
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workspaces.prompts import Lists, Origin, TemplateError, Written, compile_prompts
from workspaces.prompts.counting import MAX_COUNT, MAX_LENGTH

SIGNS = ("{", "}", "|", "__", "_", "~", "$$", "::", "\\", "!", "2", "-", "a", " ", "é", "x__", "\n")
HOSTILE = st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)
WORDS = st.text("abc ,.(:)é0", min_size=1, max_size=8)
SEEDS = st.integers(0, 2**32 - 1)
SOON = 5  # seconds of the processor, a hundred times what it takes


def compiled(prompt, lists=None, **more):
    return compile_prompts(Written(prompt, **more), Lists((lists or {}).get))


def prompts(made, most=20, seed=7):
    return [final.prompt for final in made.first(most, seed)]


def made_or_said(make):
    """What is made, or the sentence in place of it."""
    try:
        return make()
    except TemplateError as error:
        return error.sentence or pytest.fail("It was refused without a word.")


# Templates as trees: a text, or a choice of sequences.
TREES = st.recursive(
    WORDS,
    lambda tree: st.lists(st.lists(tree, max_size=2).map(tuple), min_size=1, max_size=3),
    max_leaves=6,
)
SEQUENCES = st.lists(TREES, max_size=3).map(tuple)


def written(sequence):
    return "".join(
        each if isinstance(each, str) else "{" + "|".join(map(written, each)) + "}"
        for each in sequence
    )


def all_of(sequence):
    """By the book: every combination, the last changing fastest."""
    ways = [
        [each] if isinstance(each, str) else [made for option in each for made in all_of(option)]
        for each in sequence
    ]
    return ["".join(parts) for parts in product(*ways)]


def has_head(sequence):
    """An option that begins like a weight or an amount means that, and no text."""
    return bool(re.search(r"[{|]\s*\d*(\.\d+)?::|[{|]~|\$\$", written(sequence)))


@given(SEQUENCES)
def test_choices_are_all_combinations_in_their_order(sequence):
    if has_head(sequence):
        return
    made = compiled(written(sequence))
    expected = all_of(sequence)
    assert made.count == len(expected)
    assert prompts(made, most=200) == [text.strip() for text in expected[:200]]


@given(HOSTILE, HOSTILE, HOSTILE, SEEDS)
@example("{" * 2_000, "", "", 0)
@example("{a|" * 7 + "b" + "}" * 7, "__x__ __!x__", "{2$$a|b|c}{prompt}{~a|b}", 1)
@settings(max_examples=400, deadline=None)
def test_hostile_ones_end_in_prompts_or_in_a_sentence(prompt, line, style, seed):
    lists = {"x": [line, "__y__"], "y": [line], "a": [line] * 3}
    more = {"style_prompt": style, "negative_prompt": line}
    made = made_or_said(lambda: compiled(prompt, lists, **more))
    if isinstance(made, str):
        return
    assert 1 <= made.count <= MAX_COUNT
    for number in {0, made.count // 2, made.count - 1}:
        final = made_or_said(lambda number=number: made.at(number, seed))
        if isinstance(final, str):
            continue
        assert len(final.prompt) <= MAX_LENGTH
        assert final == made.at(number, seed)
        assert "".join(part.text for part in final.prompt_parts).strip() == final.prompt


@given(st.text(max_size=200), SEEDS)
def test_what_is_escaped_is_a_text(text, seed):
    escaped = "".join(f"\\{char}" if char in "{}|_\\" else char for char in text)
    made = compiled(escaped)
    assert made.count == 1
    assert made.at(0, seed).prompt == text.strip()


@given(*[st.text("abc .", max_size=20).map(lambda text: f"x{text}") for _each in range(3)])
def test_each_part_says_whose_it_is(prompt, theme, style):
    made = compiled(prompt, theme_prompt=theme, style_prompt=f"{style}{{prompt}}")
    whose = [(part.text, part.origin) for part in made.at(0, 1).prompt_parts if part.text != ", "]
    assert whose == [(theme, Origin.THEME), (style, Origin.STYLE), (prompt, Origin.WRITTEN)]


@given(st.lists(WORDS.filter(str.strip), min_size=1, max_size=9), SEEDS)
def test_a_seed_takes_the_same_line_again_and_only_one_of_the_list(lines, seed):
    made, again = (compiled("__!x__ __x__|__x__", {"x": lines}) for _time in range(2))
    assert made.count == len(lines)
    assert prompts(made, seed=seed) == prompts(again, seed=seed)
    for text in prompts(made, seed=seed):
        assert text.partition("|")[2] in {line.strip() for line in lines} | {""}


EMPTY = "{200$$" + "|" * 199 + "}"
LINE = "{~99$$" + "|" * 150 + "}"


@pytest.mark.parametrize(
    ("prompt", "lists"),
    [
        pytest.param(EMPTY * 90, {}, id="several of many, often"),
        pytest.param("__x__ " * 490, {"x": [LINE]}, id="several by chance, often"),
        pytest.param("__!x__" * 490, {"x": [EMPTY]}, id="several of many in a list"),
        pytest.param("__!x__" * 490, {"x": ["y"] * 5_000}, id="long lists in turn, often"),
        pytest.param(
            "__!x0__" * 490,
            {f"x{n}": [f"__!x{n + 1}__" * 40] * 9 for n in range(7)} | {"x7": ["y"] * 900},
            id="numbers without end",
        ),
        pytest.param(
            "__x0__", {f"x{n}": [f"__x{n + 1}__"] for n in range(4_000)}, id="a chain of lists"
        ),
        pytest.param("__x__", {"x": ["{~a|b}" * 80] * 4_000}, id="much to read"),
        pytest.param(
            "__x0__",
            {f"x{n}": [f"__x{n + 1}__" * 30] for n in range(7)} | {"x7": ["y" * 400]},
            id="texts without end",
        ),
        pytest.param("{" * 20_000, {}, id="open braces"),
        pytest.param("{a|" * 6_000, {}, id="open choices"),
        pytest.param("\\" * 20_000, {}, id="backslashes"),
        pytest.param("_" * 20_000, {}, id="underscores"),
    ],
)
def test_the_worst_that_was_thought_of_ends_soon(prompt, lists):
    begun = time.process_time()
    made = made_or_said(lambda: compiled(prompt, lists))
    if not isinstance(made, str):
        assert made.count <= MAX_COUNT
        for number in {0, made.count - 1}:
            final = made_or_said(lambda number=number: made.at(number, 7))
            assert isinstance(final, str) or len(final.prompt) <= MAX_LENGTH
    assert time.process_time() - begun < SOON


def test_a_list_read_on_another_way_counts_where_it_stands():
    lists = {f"x{n}": [f"__x{n + 1}__"] for n in range(7)} | {"x7": ["y"], "a": ["__x0__"]}
    assert prompts(compiled("__x0__", lists)) == ["y"]
    with pytest.raises(TemplateError, match="deep"):
        compiled("__x0__ __a__", lists)


def test_more_than_can_be_counted_is_a_sentence():
    with pytest.raises(TemplateError, match="anybody can count"):
        compiled("__!x__" * 60, {"x": ["y"] * 5_000})
    assert compiled("{a|b}" * 300).count == 2**300
