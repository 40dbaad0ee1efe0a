"""What a LoRA's file is of, told by the names and shapes of its tensors. Needs no torch.

Two forms of names are usual: Kohya's trainers', with the path of a layer in one word
("lora_unet_down_blocks_1_attentions_0_..._to_k.lora_down.weight", "lora_te_text_model_..."), and
diffusers' own ("unet.down_blocks.1.attentions.0...to_k.lora_A.weight"). diffusers reads both.
"""

import re
from collections.abc import Iterable

from generation.families import AUTO, FAMILIES
from generation.providers.diffusers.header import Header

# Parts of the names of tensors, in the layouts that diffusers reads.
_MARKS = ("lora_a", "lora_b", "lora_down", "lora_up", "lora.down", "lora.up")
_KOHYA = ("lora_unet_", "lora_te_", "lora_te1_", "lora_te2_", "lora_te3_")
_FLUX_1 = ("flux-dev", "flux-schnell")
_SDXL = ("sdxl", "sdxl-turbo")
_UNET = re.compile(r"(^|[._])(down|up|input|output)_blocks[._]|(^|[._])(mid|middle)_block[._]")
_FLUX_BLOCKS = re.compile(r"(^|[._])(double|single)_blocks[._]")
_FLUX_1_ONLY = re.compile(r"single_transformer_blocks[._]\d+[._](proj_|norm|attn[._]to_[qkv][._])")
_FLUX_2_ONLY = re.compile(r"to_qkv_mlp_proj|_stream_modulation|[._]ff[._]linear_in")
_SD3_BLOCKS = re.compile(r"(^|[._])joint_blocks[._]")
_SANA = re.compile(r"^transformer\.transformer_blocks\.\d+\.attn1\.")
_ATTENTION = re.compile(
    r"^(transformer|lora_transformer)[._]transformer_blocks[._]\d+[._]attn[._]to_"
)
# The other side of attention in a UNet: as wide as what its text encoders give.
_KEYS = re.compile(r"attn2[._]to_[kv]\.(lora[._]down|lora_a)\b", re.IGNORECASE)
_WIDTHS = {768: ("sd15",), 1024: (AUTO,), 2048: _SDXL}  # 1024: Stable Diffusion 2
_DOWN = re.compile(r"(lora[._]down|lora_a)\b", re.IGNORECASE)
_TRANSFORMER_WIDTHS = {
    1536: ("sd3",),
    2432: ("sd3",),
    3072: (*_FLUX_1, "flux2-klein"),
    4096: ("flux2-klein",),
}


def is_lora(header: Header) -> bool:
    return any(mark in name.lower() for name in header.tensors for mark in _MARKS)


def form(header: Header) -> str:
    is_kohya = any(name.startswith(_KOHYA) for name in header.tensors)
    return "Kohya's names" if is_kohya else "diffusers' names"


def families(header: Header) -> tuple[str, ...]:
    """Those whose models it may fit; empty where nothing is known. `auto`: of none of ours."""
    names = list(header.tensors)
    if _any(_FLUX_2_ONLY, names):
        return ("flux2-klein",)
    if _any(_FLUX_1_ONLY, names):
        return _FLUX_1
    if _any(_FLUX_BLOCKS, names):
        return (*_FLUX_1, "flux2-klein")  # they are called the same in both
    if _any(_SD3_BLOCKS, names):
        return ("sd3",)
    if _any(_SANA, names):
        return ("sana-sprint",)
    if _any(_ATTENTION, names):
        return _width(header, _ATTENTION, _TRANSFORMER_WIDTHS)
    return _of_unet(header, names)


def label(families: Iterable[str]) -> str:
    """In words, the first of each architecture."""
    named = dict.fromkeys(
        "another model" if slug == AUTO else FAMILIES[slug].label
        for slug in families
        if slug != "sdxl-turbo"
    )
    return " or ".join(named)


def _of_unet(header: Header, names: list[str]) -> tuple[str, ...]:
    if not _any(_UNET, names):
        return ()
    if found := _width(header, _KEYS, _WIDTHS):
        return found
    if any(name.startswith(("lora_te1_", "lora_te2_", "text_encoder_2.")) for name in names):
        return _SDXL
    return ("sd15",) if any(name.startswith("lora_te_") for name in names) else ("sd15", *_SDXL)


def _width(
    header: Header, names: re.Pattern[str], known: dict[int, tuple[str, ...]]
) -> tuple[str, ...]:
    """By the width of what goes into the first such layer."""
    for name, tensor in header.tensors.items():
        if names.search(name) and _DOWN.search(name) and len(tensor.shape) >= 2:
            return known.get(tensor.shape[1], ())
    return ()


def _any(pattern: re.Pattern[str], names: list[str]) -> bool:
    return any(pattern.search(name) for name in names)
