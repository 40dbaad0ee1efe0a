"""A model's options do what they say, or say what this machine can't do."""

import pytest

from generation.providers.errors import Cancelled, ModelTrouble
from generation.tests.drawing import Listener, ask, difference, draw, pixels

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, tuning

pytestmark = pytest.mark.once

FIRST = "first_block"


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


@pytest.mark.parametrize(
    "options",
    [
        {"slicing": True},
        {"offload": "group"},
        {"attention": "native"},
        {"channels_last": False},
        {"fuse_qkv": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("family", ["sd15", "flux-dev"])
def test_what_only_changes_the_way_gives_the_same_picture(provider, tiny_of, family, options):
    asked = {"address": tiny_of(family), "family": family}
    (plain,) = draw(provider, ask(**asked))
    (tuned,) = draw(provider, ask(**asked, options=options))
    assert difference(plain, tuned) <= 1


def test_attention_may_be_computed_in_parts(provider, tiny_of):
    asked = {"address": tiny_of("sd15"), "family": "sd15"}
    (plain,) = draw(provider, ask(**asked))
    (sliced,) = draw(provider, ask(**asked, options={"attention_slicing": True}))
    assert difference(plain, sliced) <= 1
    assert sliced.made_by["attention"] == "sliced"
    unet = provider.pipeline(ask(**asked, options={"attention_slicing": True})).unet
    kinds = {type(each).__name__ for each in unet.attn_processors.values()}
    assert kinds == {"SlicedAttnProcessor"}


def test_a_transformer_that_can_not_says_so(provider, tiny_of):
    asked = {"address": tiny_of("flux-dev"), "family": "flux-dev"}
    with pytest.raises(ModelTrouble, match="attention_slicing: on"):
        draw(provider, ask(**asked, options={"attention_slicing": True}))


def test_a_workers_own_options_hold_where_a_model_has_none(provider, tiny, settings):
    settings.OPTIONS = {"tiling": True, "dtype": "fp32"}
    (tiled,) = draw(provider, ask(tiny))
    assert tiled.made_by["options"] == {"tiling": True}
    (plain,) = draw(provider, ask(tiny, options={"tiling": False}))
    assert "options" not in plain.made_by
    settings.OPTIONS = {}
    assert "options" not in draw(provider, ask(tiny))[0].made_by


def test_a_picture_decoded_in_parts_says_so(provider, tiny):
    (picture,) = draw(provider, ask(tiny, options={"tiling": True}))
    assert provider.pipeline(ask(tiny, options={"tiling": True})).vae.use_tiling
    assert picture.made_by["options"] == {"tiling": True}


def test_weights_may_rest_in_eight_bits(provider, tiny_of):
    import torch

    asked = {"address": tiny_of("flux-dev"), "family": "flux-dev"}
    (plain,) = draw(provider, ask(**asked))
    size = provider.kept.models[str(tiny_of("flux-dev"))].size
    (small,) = draw(provider, ask(**asked, options={"quantisation": "fp8"}))
    pipeline = provider.pipeline(ask(**asked, options={"quantisation": "fp8"}))
    assert torch.float8_e4m3fn in {each.dtype for each in pipeline.transformer.parameters()}
    assert provider.kept.models[str(tiny_of("flux-dev"))].size < size
    assert small.made_by["options"] == {"quantisation": "fp8"}
    assert difference(plain, small) > 0


def test_steps_may_be_taken_from_a_cache(provider, tiny_of):
    asked = {"address": tiny_of("flux-dev"), "family": "flux-dev"}
    options = {"cache": "first_block", "cache_threshold": 0.5}
    (plain,) = draw(provider, ask(**asked))
    (cached,) = draw(provider, ask(**asked, options=options))
    (again,) = draw(provider, ask(**asked, options=options))
    assert cached.made_by["options"] == options
    assert difference(plain, cached) > 0
    assert difference(cached, again) == 0  # nothing of one call is left for the next


def test_the_recipe_names_the_attention(provider, tiny_of):
    asked = {"address": tiny_of("flux-dev"), "family": "flux-dev"}
    (picture,) = draw(provider, ask(**asked, options={"attention": "_native_math"}))
    assert picture.made_by["attention"] == "_native_math"
    (plain,) = draw(provider, ask(tiny_of("flux-schnell"), family="flux-schnell"))
    assert plain.made_by["attention"] == "native"


def test_one_models_attention_is_not_anothers(provider, tiny_of):
    from diffusers.models.attention_dispatch import _AttentionBackendRegistry

    before = _AttentionBackendRegistry.get_active_backend()
    asked = {"address": tiny_of("flux-dev"), "family": "flux-dev"}
    draw(provider, ask(**asked, options={"attention": "_native_math"}))
    assert _AttentionBackendRegistry.get_active_backend() == before


@pytest.mark.parametrize(
    ("family", "options"),
    [
        ("sd15", {"cache": "first_block"}),
        ("sd15", {"attention": "flash"}),
        ("flux-dev", {"attention": "flash"}),
        ("flux-dev", {"attention": "sage"}),
        ("flux-dev", {"offload": "model"}),
        ("flux-dev", {"offload": "sequential"}),
    ],
    ids=str,
)
def test_what_this_machine_cannot_do_is_said_by_its_name(provider, tiny_of, family, options):
    asked = {"address": tiny_of(family), "family": family}
    ((name, value),) = options.items()
    with pytest.raises(ModelTrouble) as caught:
        draw(provider, ask(**asked, options=options))
    assert f"{name}: {value}" in caught.value.sentence
    (plain,) = draw(provider, ask(**asked))  # and nothing of it is left
    assert plain.image


def test_eight_bit_whole_numbers_need_their_library(provider, tiny, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torchao.quantization", None)
    with pytest.raises(ModelTrouble) as caught:
        draw(provider, ask(tiny, options={"quantisation": "int8"}))
    assert "quantisation: int8" in caught.value.sentence


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_a_call_that_ends_early_leaves_nothing_in_the_cache(provider, tiny_of, how, monkeypatch):
    asked = {"address": tiny_of("flux-dev"), "family": "flux-dev", "options": {"cache": FIRST}}
    (before,) = draw(provider, ask(**asked))
    larger = ask(**asked, width=96, height=96)
    if how == "failed":
        monkeypatch.setattr(type(provider.pipeline(larger).vae), "decode", fail)
    with pytest.raises(Cancelled if how == "cancelled" else ZeroDivisionError):
        provider.generate([larger], Listener(stop_at=2 if how == "cancelled" else None))
    monkeypatch.undo()
    (after,) = draw(provider, ask(**asked))
    assert pixels(after) == pixels(before)


def fail(*args, **kwargs):
    raise ZeroDivisionError


def test_nothing_is_compiled_while_somebody_waits(provider, tiny, monkeypatch):
    """What has another size or number than was compiled for runs as it is."""
    compiled = []

    def note(graph, inputs):
        compiled.append(graph)
        return graph.forward

    def compile_(pipeline, options):
        pipeline.unet.compile(dynamic=False, backend=note)

    monkeypatch.setattr(tuning, "_compile", compile_)
    plain = [draw(provider, ask(tiny, seed=seed, width=96))[0] for seed in range(2)]
    options = {"compile": "full", "compile_sizes": [[64, 64]]}
    provider.pipeline(ask(tiny, options=options))
    assert compiled
    before = len(compiled)
    draw(provider, ask(tiny, options=options))
    together = [ask(tiny, seed=seed, width=96, options=options) for seed in range(2)]
    for one, other in zip(draw(provider, *together), plain, strict=True):
        assert difference(one, other) <= 1
    assert len(compiled) == before
