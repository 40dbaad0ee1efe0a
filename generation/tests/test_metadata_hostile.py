"""Files by hostile hands: whatever they hold, reading ends in settings or in a sentence."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generation.metadata import Found, Unreadable, read
from generation.tests import metadata_files as files

SAMPLES = [
    files.png(parameters=files.A1111),
    files.png(parameters=files.CIVITAI),
    files.png(prompt=files.COMFYUI),
    files.png(prompt=files.FLUX),
    files.png(parameters=files.FOOOCUS, fooocus_scheme="fooocus"),
    files.png(parameters=files.FOOOCUS_TEXT),
    files.png(invokeai_metadata=files.INVOKEAI),
    files.png(**{"sd-metadata": files.INVOKEAI_2}),
    files.png(Dream=files.DREAM),
    files.png(parameters=files.SWARMUI),
    files.user_comment("JPEG", files.A1111),
    files.user_comment("WEBP", files.SWARMUI),
]
KEYWORDS = ["pixazo", "parameters", "prompt", "invokeai_metadata", "sd-metadata", "Dream"]
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

numbers = st.one_of(st.integers(), st.floats(), st.just(10**400))
names = st.sampled_from(
    "inputs class_type model loras sui_image_params image prompt seed steps version margins "
    "resolution sources sampler scheduler width text positive latent_image lora_name".split()
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=20), st.just(["1", 0])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(names, st.text(max_size=3)), inner, max_size=5),
    ),
    max_leaves=30,
)


def ends_well(content):
    try:
        found = read(content)
    except Unreadable:
        return
    assert isinstance(found, Found)
    # It can be answered and stored.
    json.dumps([dict(found.settings), dict(found.unknown)], allow_nan=False).encode()
    for value in found.settings.values():
        assert isinstance(value, str | int | float)


@quick
@given(st.sampled_from(SAMPLES), st.data())
def test_files_with_bytes_changed(sample, data):
    content = bytearray(sample)
    places = st.integers(0, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=30)):
        content[place] = byte
    ends_well(bytes(content))


@quick
@given(st.sampled_from(SAMPLES), st.data())
def test_files_cut_off_and_put_together_wrongly(sample, data):
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(sample))] * 2)))
    ends_well(sample[:start] + sample[end:])
    ends_well(sample[:end] + sample[start:])


@quick
@given(st.sampled_from(KEYWORDS), values)
@example("prompt", {"1": {"class_type": "KSampler", "inputs": {"seed": 1e400, "steps": True}}})
@example("pixazo", {"version": 2, "margins": {"left": "x"}, "sources": [1], "loras": [{}]})
@example("pixazo", {"version": 1, "model": 3, "seed": float("nan")})
def test_json_of_any_shape(keyword, value):
    ends_well(files.png(**{keyword: value}))


@quick
@given(st.sampled_from(SAMPLES[2:4]), values, st.data())
def test_graphs_with_nodes_of_any_shape(sample, value, data):
    graph = dict(data.draw(st.sampled_from([files.COMFYUI, files.FLUX])))
    name = data.draw(st.sampled_from(sorted(graph)))
    inputs = dict(graph[name]["inputs"])
    if inputs:
        inputs[data.draw(st.sampled_from(sorted(inputs)))] = value
    graph[name] = graph[name] | {"inputs": inputs}
    ends_well(files.png(prompt=graph))


@quick
@given(st.text(alphabet='Steps: 1,"\\[{}]<lora:a>\nNegative prompt', max_size=400))
def test_texts_of_any_shape(text):
    ends_well(files.png(parameters=text + "\nSteps: 2, Seed: 3, Size: 8x8, " + text))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 2_000_000,
        "a:" * 500_000,
        'a:"' * 500_000,
        "a:[" * 500_000,
        "<lora:" * 300_000 + "\nSteps: 2, Seed: 3, Size: 8x8",
        "a, " * 600_000 + ": b, c: d, Steps: 3",
        "\n" * 2_000_000 + "Steps: 2, Seed: 3, Size: 8x8",
        '"":{"":1,' * 150_000,
    ],
)
def test_long_texts_cost_no_more_than_their_length(text):
    """A careless expression takes minutes over each: the limit of every test is the judge."""
    ends_well(files.png(parameters=text))


def test_a_wide_graph_costs_no_more_than_its_size():
    wide = {f"in{number}": [str(number % 5000), 0] for number in range(20_000)}
    graph = {
        str(number): {"class_type": "Any", "inputs": {"text": [str(number + 1), 0]}}
        for number in range(5000)
    }
    graph["0"] = {
        "class_type": "KSampler",
        "inputs": {"seed": ["1", 0], "steps": 3, "positive": ["1", 0], **wide},
    }
    ends_well(files.png(prompt=graph))
