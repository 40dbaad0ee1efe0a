import pytest

from generation.api.spellings import BOOLEANS, LISTS, NUMBERS, SPELLINGS, read
from pixazo.errors import UserError

NAMES = [(given, name) for name, spellings in SPELLINGS.items() for given in spellings]


def example(name):
    if name in NUMBERS:
        return 7
    if name in BOOLEANS:
        return True
    return ["words"] if name in LISTS else "words"


@pytest.mark.parametrize(("given", "name"), NAMES)
def test_every_spelling_means_its_canonical_name(given, name):
    value = example(name)
    assert read({given: value}).values == {name: value}


@pytest.mark.parametrize(("given", "name"), NAMES)
def test_every_spelling_is_understood_inside_settings_too(given, name):
    value = example(name)
    assert read({"settings": {given: value}}).values == {name: value}


def test_every_canonical_name_is_its_own_first_spelling():
    assert all(spellings[0] == name for name, spellings in SPELLINGS.items())


def test_two_spellings_that_agree_are_one():
    assert read({"steps": 20, "num_steps": 20, "settings": {"steps": 20}}).values == {
        "num_inference_steps": 20
    }


@pytest.mark.parametrize(
    "body",
    [
        {"steps": 20, "num_steps": 30},
        {"cfg": 7, "cfg_scale": 7.5},
        {"imageNum": 1, "batch_size": 2},
        {"steps": 20, "settings": {"steps": 30}},
    ],
)
def test_two_spellings_that_disagree_are_refused(body):
    with pytest.raises(UserError, match="two different things") as refusal:
        read(body)
    assert refusal.value.status == 400
    assert refusal.value.fields


def test_null_is_the_same_as_left_out():
    assert read({"prompt": "fox", "steps": None, "num_steps": 20, "seed": None}).values == {
        "prompt": "fox",
        "num_inference_steps": 20,
    }


def test_what_is_unknown_is_named_and_not_used():
    wording = read({"prompt": "fox", "owner": "bob", "state": "succeeded", "x" * 100: 1})
    assert wording.values == {"prompt": "fox"}
    assert wording.unknown == ["owner", "state", "x" * 40]


@pytest.mark.parametrize("value", ["20", True, [20], {"is": 20}, 1e300, 10**400, float("inf")])
def test_what_is_no_number_is_refused_by_the_name_it_came_under(value):
    with pytest.raises(UserError) as refusal:
        read({"steps": value})
    assert list(refusal.value.fields) == ["steps"]


@pytest.mark.parametrize("value", [7, True, ["fox"], {"is": "fox"}])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(UserError, match="`prompt` must be a text"):
        read({"prompt": value})


def test_settings_must_be_an_object():
    with pytest.raises(UserError, match="`settings` must be a JSON object"):
        read({"settings": [1]})


def test_sentences_come_back_under_the_names_that_the_client_used():
    wording = read({"cfg": 7})
    assert wording.in_their_words({"guidance_scale": ["Too much."], "seed": ["Bad."]}) == {
        "cfg": ["Too much."],
        "seed": ["Bad."],
    }


def test_margins_and_references_too():
    wording = read({"reference_image": "upload:1", "top": 8})
    sentences = {"reference": ["Too many."], "margins": ["Too much."]}
    assert wording.in_their_words(sentences) == {
        "reference_image": ["Too many."],
        "top": ["Too much."],
    }
    assert list(read({}).in_their_words(sentences)) == ["references", "left"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("Euler a", "euler-a"), ("DPM++ 2M Karras", "dpmpp-2m-karras"), ("DDIM", "ddim"), ("x", "x")],
)
def test_samplers_have_the_names_that_other_tools_gave_them(theirs, ours):
    assert read({"sampler_name": theirs}).values == {"scheduler": ours}


def test_one_lora_or_reference_need_not_be_in_a_list():
    wording = read({"lora": "ink:0.5", "reference_image": "upload:1"})
    assert wording.values == {"loras": ["ink:0.5"], "references": ["upload:1"]}


@pytest.mark.parametrize("value", [7, True, [7], [["x"]], {"a": 1}])
@pytest.mark.parametrize("name", ["image", "mask_url", "reference_images"])
def test_what_is_no_picture_is_refused_by_the_name_it_came_under(name, value):
    with pytest.raises(UserError, match="must be a text") as refusal:
        read({name: value})
    assert list(refusal.value.fields) == [name]


@pytest.mark.parametrize("value", ["yes", 1, [], {}])
def test_a_question_is_answered_with_true_or_false(value):
    with pytest.raises(UserError, match="true or false"):
        read({"dry_run": value})
