"""A contract is read over its family's, says its limits, and describes itself as JSON Schema."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from accounts.models import User
from billing.models import Account, Plan
from generation.contract import MODES, Contract
from generation.families import FAMILIES
from generation.models import Batch, ImageModel

RANGE = {"default": 64, "min": 32, "max": 256, "step": 8}


def sentence(data, family=None):
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        Contract.parse(data, family)
    return str(refusal.value)


# --- Reading ---


def test_what_is_left_out_falls_back():
    contract = Contract.parse({})
    assert contract["num_inference_steps"].as_dict() | {} == {
        "name": "num_inference_steps",
        "default": 30,
        "min": 20,
        "max": 50,
        "step": 1,
        "fixed": False,
        "reason": "",
        "enum": [],
        "used": True,
    }
    assert (contract.modes, contract.loras, contract.references) == (("text",), 0, 0)


@pytest.mark.parametrize("slug", FAMILIES)
def test_every_family_has_a_contract_that_can_be_read_and_described(slug):
    contract = Contract.parse({}, FAMILIES[slug].contract)
    assert set(contract.modes) <= set(MODES)
    Draft202012Validator.check_schema(contract.json_schema())


def test_a_models_own_word_comes_before_its_familys():
    family = FAMILIES["sdxl"].contract
    contract = Contract.parse({"width": {"max": 768}, "loras": 1, "modes": ["text"]}, family)
    assert (contract["width"].min, contract["width"].max, contract["width"].default) == (
        512,
        768,
        768,
    )
    assert (contract.loras, contract.modes, contract.prompt_tokens) == (1, ("text",), 77)
    assert contract["height"].max == 2048


def test_a_fixed_value_takes_the_place_of_a_familys_range_and_the_other_way_round():
    fixed = {"num_inference_steps": {"fixed": 2}}
    ranged = {"num_inference_steps": {"default": 4, "min": 1, "max": 8}}
    assert Contract.parse(fixed, ranged)["num_inference_steps"].max == 2
    assert Contract.parse(ranged, fixed)["num_inference_steps"].max == 8
    assert Contract.parse({"guidance_scale": {"default": 5}}, {"guidance_scale": False})[
        "guidance_scale"
    ].used


def test_what_a_model_has_no_use_for_says_so():
    guidance = Contract.parse({"guidance_scale": False})["guidance_scale"]
    assert (guidance.used, guidance.fixed, guidance.value) == (False, True, 0.0)


def test_where_only_a_few_sizes_are_possible_they_are_the_presets():
    contract = Contract.parse({"sizes": [[1024, 1024], [1536, 1024], [1024, 1536]]})
    assert contract.presets == {"1:1": (1024, 1024), "3:2": (1536, 1024), "2:3": (1024, 1536)}
    assert contract.following((4000, 2500)) == (1536, 1024)
    with pytest.raises(ValueError, match="draws 1024 by 1024, 1536 by 1024"):
        contract.check_size(1536, 1536)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "must be a JSON object"),
        ({"colour": 1}, "doesn't know colour"),
        ({"width": 512}, "width must be a JSON object"),
        ({"width": {"maximum": 2}}, "width doesn't know maximum"),
        ({"width": {"max": "2"}}, "width: max must be numbers"),
        ({"width": {"default": 100}}, "multiples of step"),
        ({"strength": {"default": 2}, "modes": ["image"]}, "min ≤ default ≤ max"),
        ({"scale": {"enum": ["2"]}}, "enum must be a list of numbers"),
        ({"scale": {"default": 3, "enum": [2, 4]}}, "must be one of enum"),
        ({"modes": []}, "modes must be a list of names"),
        ({"modes": ["paint"]}, "modes doesn't know paint"),
        ({"negative_prompt": "no"}, "negative_prompt must be true or false"),
        ({"images_per_call": 0}, "from 1 to 16"),
        ({"images_per_call": True}, "from 1 to 16"),
        ({"company_pixels": -1}, "company_pixels must be a whole number"),
        ({"loras": 4}, "loras must be a whole number from 0 to 3"),
        ({"references": -1}, "references must be a whole number"),
        ({"schedulers": "euler"}, "schedulers must be a list of names"),
        ({"sizes": [[1, 2, 3]]}, "sizes must be a list of"),
        ({"presets": {"1:1": [0, 1]}}, "presets must be a JSON object of"),
        ({"prompt_tokens": 0}, "prompt_tokens must be a whole number above 0"),
    ],
)
def test_what_is_wrong_is_said_to_staff(data, words):
    assert words in sentence(data)


# --- Sizes that follow a picture ---


@given(st.integers(1, 12_000), st.integers(1, 12_000), st.sampled_from(sorted(FAMILIES)))
def test_a_size_that_follows_a_picture_is_always_one_the_model_draws(width, height, slug):
    contract = Contract.parse({}, FAMILIES[slug].contract)
    size = contract.following((width, height))
    for name, side in zip(("width", "height"), size, strict=True):
        assert contract[name].check(side) == side


def test_a_picture_inside_the_limits_keeps_its_size_and_a_large_one_comes_down():
    contract = Contract.parse({}, FAMILIES["sdxl"].contract)
    assert contract.following((1000, 776)) == (1000, 776)
    assert contract.following((1003, 773)) == (1000, 776)
    width, height = contract.following((6000, 4000))
    assert abs(width * height / 1024**2 - 1) < 0.05
    assert abs(width / height - 1.5) < 0.03


# --- How long a prompt is ---


def test_a_long_prompt_is_spoken_of_only_where_its_end_is_lost():
    words = "a red house by the sea " * 20
    assert "at least 122" in Contract.parse({"prompt_tokens": 77}).remark_on(words)
    assert Contract.parse({"prompt_tokens": 77, "long_prompts": True}).remark_on(words) == ""
    assert Contract.parse({"prompt_tokens": 512}).remark_on(words) == ""
    assert Contract.parse({}).remark_on(words) == ""


@pytest.mark.parametrize(
    "prompt",
    ["a photo of an astronaut, riding a horse!", "1024x768, f/1.8", "¿qué? 家 über-groß", ""],
)
def test_the_count_is_never_more_than_clip_would_count(prompt):
    """Against the real pattern of CLIP's tokenizer, whose pieces are one token or more each."""
    import re

    from generation.contract.tokens import FRAME, fewest

    clip = r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+"
    assert fewest(prompt) <= len(re.findall(clip, prompt)) + FRAME


# --- The schema ---

MODEL = {
    "width": RANGE,
    "height": RANGE,
    "num_inference_steps": {"default": 4, "min": 1, "max": 50},
    "guidance_scale": {"default": 4.0, "min": 1.0, "max": 10.0},
    "schedulers": ["euler", "ddim"],
}
VALUES = {
    "width": st.sampled_from(
        [0, -8, 31, 32, 64, 67, 256, 264, 2**31, 64.0, 64.5, "64", None, True]
    ),
    "height": st.sampled_from([32, 64, 65, 256, 1e9, [64], {}]),
    "num_inference_steps": st.sampled_from([0, 1, 4, 50, 51, 2.5, 2.0, "4", True, -1]),
    "guidance_scale": st.sampled_from([0.9, 1, 4.5, 10, 10.1, "4", [], 1e308]),
    "count": st.sampled_from([0, 1, 4, 5, 1.5, -1, "1"]),
    "seed": st.sampled_from([0, -1, 2**32 - 1, 2**32, 0.5, "7"]),
    "prompt": st.sampled_from(["a fox", "", "  \n", "x" * 4000, "x" * 4001, 7, None]),
    "negative_prompt": st.sampled_from(["rain", "", "x" * 4001]),
    "scheduler": st.sampled_from(["", "euler", "ddim", "heun"]),
    "mode": st.sampled_from(["text", "image", "paint"]),
    "time_class": st.sampled_from(["now", "whenever", "later"]),
}


@settings(max_examples=120, deadline=None)
@given(st.fixed_dictionaries({}, optional=VALUES))
def test_the_schema_accepts_and_refuses_what_the_contract_does(body):
    """What is checked without the database, by the check that every request passes."""
    model = ImageModel(slug="m", name="M", address="x", contract_data=MODEL)
    schema = model.contract.json_schema()
    # JSON says "left out" by leaving out; a program's texts are not numbers.
    sent = {name: value for name, value in body.items() if value is not None}
    numbers = ("width", "height", "num_inference_steps", "guidance_scale", "count", "seed")
    is_text = any(isinstance(sent.get(name), str) for name in numbers)
    assert Draft202012Validator(schema).is_valid(sent) == (
        not is_text and not refusals(model, sent)
    )


def refusals(model, fields):
    from generation.models.cleaning import modes, numbers, sizes, texts, ways

    model.refusal_for = lambda user: ""
    batch = Batch(author=User(), model=model, pictures=[], **{"prompt": "", **fields})
    batch.account = Account(plan=Plan())
    batch.corrections = []
    errors = {}
    for each in (modes, texts, ways, numbers, sizes):
        each.clean(batch, errors)
    return errors


def test_the_schema_says_what_a_mode_needs():
    schema = Contract.parse({"modes": list(MODES), "references": 1, "loras": 2}).json_schema()
    is_valid = Draft202012Validator(schema).is_valid
    assert is_valid({"prompt": "a fox", "mode": "image", "source": "upload:1"})
    assert not is_valid({"prompt": "a fox", "mode": "image"})
    assert not is_valid({"prompt": "a fox", "mode": "inpaint", "source": "upload:1"})
    assert not is_valid({"prompt": "a fox", "mode": "outpaint", "source": "upload:1"})
    assert is_valid({"prompt": "a fox", "mode": "outpaint", "source": "upload:1", "left": 8})
    assert is_valid({"mode": "upscale", "source": "upload:1", "scale": 4})
    assert not is_valid({"mode": "upscale", "source": "upload:1", "scale": 3})
    assert not is_valid({"prompt": "a fox", "references": ["upload:1", "upload:2"]})
    assert not is_valid({"prompt": "a fox", "loras": [{"lora": "ink", "weight": 3}]})
    assert is_valid({"prompt": "a fox", "num_inference_steps": 20, "strength": 0.5})


@pytest.mark.parametrize(
    ("modes", "default", "wanting", "enough"),
    [
        (["text", "image"], "text", {}, {"prompt": "a fox"}),
        (["upscale"], "upscale", {"prompt": "a fox"}, {"source": "upload:1"}),
        (
            ["inpaint"],
            "inpaint",
            {"source": "upload:1"},
            {"source": "upload:1", "mask": "upload:2"},
        ),
        (["image", "upscale"], "image", {"prompt": "a fox"}, {"source": "upload:1"}),
    ],
)
def test_the_schema_says_what_is_meant_without_a_mode(modes, default, wanting, enough):
    schema = Contract.parse({"modes": modes}).json_schema()
    assert schema["properties"]["mode"]["default"] == default
    is_valid = Draft202012Validator(schema).is_valid
    assert not is_valid(wanting)
    assert is_valid({"prompt": "a fox", **enough})
    assert is_valid(enough) == ("prompt" in enough or modes == ["upscale"])


def test_of_a_few_sizes_the_schema_takes_the_pairs():
    schema = Contract.parse({"sizes": [[1024, 1024], [1536, 1024]]}).json_schema()
    is_valid = Draft202012Validator(schema).is_valid
    assert is_valid({"prompt": "a fox", "width": 1536, "height": 1024})
    assert not is_valid({"prompt": "a fox", "width": 1536, "height": 1536})


def test_what_is_fixed_is_corrected_and_so_accepted():
    schema = Contract.parse({"num_inference_steps": {"fixed": 2}}).json_schema()
    assert Draft202012Validator(schema).is_valid({"prompt": "a fox", "num_inference_steps": 30})


@pytest.mark.parametrize(
    ("own", "size", "count"),
    [
        ({}, (512, 512), 4),
        ({}, (1024, 1024), 1),
        ({"company_pixels": 1024 * 1024}, (1024, 1024), 4),
        ({"company_pixels": 0}, (64, 64), 1),
    ],
)
@pytest.mark.parametrize("family", ["sdxl", "flux-dev", "sd3"])
def test_only_pictures_that_leave_a_gpu_idle_share_a_call(family, own, size, count):
    assert Contract.parse(own, FAMILIES[family].contract).together(*size) == count
