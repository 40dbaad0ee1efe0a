import pytest

from workspaces.prompts import Lists, Origin, TemplateError, Written, compile_prompts

LISTS = {
    "colour": ["red", "3::blue", "{dark|light} green"],
    "place": ["a __colour__ field", "the sea"],
    "loop": ["__ring__"],
    "ring": ["__loop__"],
    "void": [],
}


def compiled(prompt, lists=LISTS, **more):
    return compile_prompts(Written(prompt, **more), Lists(lists.get))


def prompts(prompt, seed=5, **more):
    made = compiled(prompt, **more)
    return [final.prompt for final in made.first(made.count, seed)]


def refusal(prompt, **more):
    with pytest.raises(TemplateError) as error:
        prompts(prompt, **more)
    return error.value.sentence


def test_plain_words_stay_as_they_are():
    plain = "a (red:1.3) house, snake_case, 50% | [soft], C:\\temp"
    assert prompts(plain) == [plain]


def test_choices_multiply_and_the_last_changes_fastest():
    assert prompts("a {red|blue} {cat|dog}") == [
        "a red cat",
        "a red dog",
        "a blue cat",
        "a blue dog",
    ]


def test_choices_stand_within_choices():
    assert prompts("{a {b|c}|d|}") == ["a b", "a c", "d", ""]


def test_several_may_be_chosen_and_joined():
    assert prompts("{2$$a|b|{c|d}}") == ["a, b", "a, c", "a, d", "b, c", "b, d"]
    assert prompts("{1-2$$ and $$a|b|c}") == ["a", "b", "c", "a and b", "a and c", "b and c"]
    assert prompts("{-1$$a|b}") == ["", "a", "b"]
    assert prompts("{9$$a|b}") == ["a, b"]


def test_chance_takes_the_same_again_for_the_same_seed():
    template = "{~a|b|c|d|e|f} __colour__ __place__"
    assert prompts(template, seed=7) == prompts(template, seed=7)
    assert len({tuple(prompts(template, seed=seed)) for seed in range(40)}) > 10


@pytest.mark.parametrize(
    ("prompt", "is_so"),
    [
        ("a {red|green} house", False),
        ("a {~red|green} house", True),
        ("{a {~red|green}|no} house", True),
        ("a __colour__ house", True),
        ("a __!colour__ house", False),
        ("a __!nested__ house", True),
        ("a {2$$red|green|blue} house", False),
    ],
)
def test_whether_chance_has_a_say_is_known(prompt, is_so):
    lists = {"colour": ["red", "green"], "nested": ["light", "dark __colour__"]}
    assert compile_prompts(Written(prompt), Lists(lists.get)).by_chance is is_so
    assert compile_prompts(Written("a", prompt), Lists(lists.get)).by_chance is is_so


def test_weights_count_where_chance_decides():
    taken = [prompts("{~9::often|rare}", seed=seed)[0] for seed in range(400)]
    assert 320 < taken.count("often") < 400
    assert prompts("{9::often|rare}") == ["often", "rare"]


def test_each_line_of_a_list_can_be_taken_in_turn():
    assert prompts("__!colour__ house") == [
        "red house",
        "blue house",
        "dark green house",
        "light green house",
    ]
    assert compiled("__colour__ house").count == 1


def test_signs_of_the_language_can_be_written():
    assert prompts(r"\{a\|b\} \__colour\__") == ["{a|b} __colour__"]


def test_theme_and_style_lie_around_the_prompt_and_say_so():
    (final,) = compiled(
        "a house",
        theme_prompt="northern light",
        style_prompt="photo of {prompt}, sharp",
        negative_prompt="people",
        style_negative_prompt="blurry",
    ).first(1, seed=5)
    assert final.prompt == "northern light, photo of a house, sharp"
    assert final.negative_prompt == "people, blurry"
    origins = {part.text.strip(", "): part.origin for part in final.prompt_parts}
    assert origins["northern light"] == Origin.THEME
    assert origins["a house"] == Origin.WRITTEN
    assert origins["photo of"] == origins["sharp"] == Origin.STYLE


def test_a_style_without_a_place_for_the_prompt_goes_behind_it():
    assert prompts("a house", style_prompt="watercolour") == ["a house, watercolour"]
    assert prompts("", style_prompt="watercolour") == ["watercolour"]


def test_parts_from_lists_and_choices_say_so():
    (final, _) = compiled("__colour__ {cat|dog}").first(2, seed=5)
    assert {part.origin for part in final.prompt_parts} >= {Origin.LIST, Origin.CHOICE}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("a { b", "no } after it (character 3)"),
        ("a } b", "without a { before it (character 3)"),
        ("{" * 30 + "}" * 30, "8 deep"),
        ("{a|b}" * 900, "1000"),
        ("{" + "|" * 300 + "}", "200 options"),
        ("{3-2$$a|b|c}", "3 to 2"),
        ("__nowhere__", "no word list “nowhere”"),
        ("{~a|__nowhere__}", "no word list “nowhere”"),
        ("__void__", "is empty"),
        ("__loop__", "contains itself"),
        ("{~a|__!loop__}", "contains itself"),
        ("x" * 20_001, "20,000"),
    ],
)
def test_what_can_not_be_read_is_refused_in_a_sentence(template, words):
    assert words in refusal(template)


def test_who_wrote_the_broken_part_is_said():
    assert refusal("a __x__", lists={"x": ["{red"]}).startswith("In the list “x”: The {")
    assert refusal("a house", style_prompt="a {b").startswith("In the style:")
    with pytest.raises(TemplateError) as error:
        compiled("a house", negative_prompt="{a")
    assert list(error.value.fields) == ["negative_prompt"]


def test_billions_are_counted_without_being_made():
    made = compiled("{" + "|".join(map(str, range(10))) + "}" + "{a|b|c|d|e|f|g|h|i|j}" * 30)
    assert made.count == 10**31
    assert made.at(10**31 - 1, 5).prompt == "9" + "j" * 30
    assert compiled("{100$$" + "|".join(map(str, range(200))) + "}").count > 10**50


def test_lists_that_grow_without_end_are_stopped():
    lists = {f"x{n}": [f"__x{n + 1}__ " * 20] for n in range(7)} | {"x7": ["y"]}
    assert "too long" in refusal("__x0__", lists=lists)


def test_huge_lists_are_refused():
    lists = {"a": ["x"] * 3000, "b": ["x"] * 3000}
    assert "5,000 lines" in refusal("__a__ __b__", lists=lists)
