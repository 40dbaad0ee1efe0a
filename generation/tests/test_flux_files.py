"""FLUX in one file, as it was published and as others have saved it since: known by its header.

The files hold the names and shapes that the real ones have, and no weights: they are sparse.
"""

import json
import os
from math import prod

import pytest

from generation.providers.diffusers import header, recognising, single_file
from generation.providers.errors import ModelTrouble

# Some of https://huggingface.co/black-forest-labs/FLUX.1-schnell, flux1-schnell.safetensors.
SCHNELL = {
    "double_blocks.0.img_attn.norm.key_norm.scale": [128],
    "double_blocks.0.img_attn.qkv.weight": [9216, 3072],
    "final_layer.linear.weight": [64, 3072],
    "img_in.weight": [3072, 64],
    "single_blocks.0.linear1.weight": [21504, 3072],
    "time_in.in_layer.weight": [3072, 256],
    "txt_in.weight": [3072, 4096],
    "vector_in.in_layer.weight": [3072, 768],
}
DEV = SCHNELL | {"guidance_in.in_layer.weight": [3072, 256]}
# The same in diffusers' names.
SCHNELL_BY_DIFFUSERS = {
    "single_transformer_blocks.0.proj_mlp.bias": [12288],
    "time_text_embed.timestep_embedder.linear_1.weight": [3072, 256],
    "transformer_blocks.0.attn.norm_k.weight": [128],
    "proj_out.weight": [64, 3072],
    "x_embedder.weight": [3072, 64],
}
DEV_BY_DIFFUSERS = SCHNELL_BY_DIFFUSERS | {
    "time_text_embed.guidance_embedder.linear_1.weight": [3072, 256]
}
KLEIN = {
    "double_blocks.0.img_attn.norm.key_norm.scale": [128],
    "img_in.weight": [3072, 128],
    "single_stream_modulation.lin.weight": [9216, 3072],
}
FLUX_2_DEV = {
    "double_blocks.0.img_attn.norm.key_norm.scale": [128],
    "guidance_in.in_layer.weight": [6144, 256],
    "img_in.weight": [6144, 128],
    "single_stream_modulation.lin.weight": [18432, 6144],
}


def prefixed(shapes):
    return {f"model.diffusion_model.{name}": shape for name, shape in shapes.items()}


@pytest.fixture
def saved(tmp_path):
    def save(shapes, dtype="BF16"):
        place, entries = 0, {}
        for name, shape in shapes.items():
            size = prod(shape) * header.BITS[dtype] // 8
            entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [place, place + size]}
            place += size
        text = json.dumps(entries).encode()
        path = tmp_path / "flux.safetensors"
        path.write_bytes(len(text).to_bytes(8, "little") + text)
        os.truncate(path, 8 + len(text) + place)
        return path

    return save


@pytest.mark.parametrize(
    ("shapes", "family"),
    [
        (SCHNELL, "flux-schnell"),
        (DEV, "flux-dev"),
        (prefixed(SCHNELL), "flux-schnell"),
        (prefixed(DEV), "flux-dev"),
        (SCHNELL_BY_DIFFUSERS, "flux-schnell"),
        (DEV_BY_DIFFUSERS, "flux-dev"),
        (prefixed(DEV_BY_DIFFUSERS), "flux-dev"),
        (KLEIN, "flux2-klein"),
        (prefixed(KLEIN), "flux2-klein"),
        (FLUX_2_DEV, ""),
        (prefixed(FLUX_2_DEV), ""),
        (DEV | {"img_in.weight": [3072, 384]}, ""),  # Fill
        (prefixed(DEV | {"img_in.weight": [3072, 128]}), ""),  # Canny, Depth
        (DEV_BY_DIFFUSERS | {"x_embedder.weight": [3072, 384]}, ""),
        (SCHNELL | {"distilled_guidance_layer.in_proj.bias": [5120]}, ""),  # Chroma
    ],
)
@pytest.mark.parametrize("dtype", ["BF16", "F32", "F8_E4M3"])
def test_each_is_known_by_its_header(saved, shapes, family, dtype):
    contents = recognising.recognise(header.read(saved(shapes, dtype)))
    assert contents.families == ((family,) if family else ())
    assert contents.part == (recognising.TRANSFORMER if family else "")
    assert contents.missing == (recognising.ENCODERS, recognising.AUTOENCODER)
    assert not contents.is_quantised


@pytest.mark.parametrize(
    ("shapes", "said", "sentence"),
    [
        (prefixed(SCHNELL), "flux-dev", "This file is FLUX.1 schnell, not what"),
        (DEV, "flux-schnell", "This file is FLUX.1 dev, not what"),
        (KLEIN, "flux-dev", "This file is FLUX.2 klein"),
        (DEV, "flux-dev", "FLUX.1 dev without its text encoders and its autoencoder"),
        (FLUX_2_DEV, "", "This file alone is not a whole model"),
    ],
)
def test_what_it_is_not_or_lacks_is_said_before_anything_is_loaded(saved, shapes, said, sentence):
    with pytest.raises(ModelTrouble, match=sentence):
        single_file.check(saved(shapes), said, has_base=False)


def test_one_in_eight_bits_with_scales_is_not_taken_for_plain_weights(saved):
    path = saved(prefixed(DEV | {"scaled_fp8": [2]}), "F8_E4M3")
    with pytest.raises(ModelTrouble, match="quantised"):
        single_file.check(path, "flux-dev", has_base=True)
