"""What a safetensors file is, told by the names and shapes of its tensors: of which families, and
which of a model's parts it holds. Needs no torch: staff's form asks too.

Names are those of the layouts in which the models were published, and those of diffusers' own;
the former with or without the prefix of a whole checkpoint.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from generation.families import FAMILIES
from generation.providers.diffusers.header import Header, Tensor

PREFIX = "model.diffusion_model."
UNET, TRANSFORMER = "unet", "transformer"
ENCODERS, AUTOENCODER = gettext_noop("its text encoders"), gettext_noop("its autoencoder")
_HAVE_ENCODERS = ("cond_stage_model.", "conditioner.embedders.", "text_encoders.")
_HAVE_AUTOENCODER = ("first_stage_model.", "vae.")
# Names of tensors that only these architectures have.
_SDXL_ENCODER = "conditioner.embedders.1.model.ln_final.weight"
_SDXL_UNET = "input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight"
_SD_UNET = "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
_SD3 = ("joint_blocks.0.context_block.adaLN_modulation.1.bias",)
_SD3_DIFFUSERS = ("pos_embed.proj.weight", "transformer_blocks.0.norm1_context.linear.weight")
_FLUX = (
    "double_blocks.0.img_attn.norm.key_norm.scale",
    "single_transformer_blocks.0.proj_mlp.bias",
)
_FLUX_2 = ("single_stream_modulation.lin.weight", "single_stream_modulation.linear.weight")
# What goes into it, and what comes out: Fill, Canny and Depth take more than the latents they give.
_FLUX_INPUT = ("img_in.weight", "x_embedder.weight")
_FLUX_OUTPUT = ("final_layer.linear.weight", "proj_out.weight")
_CHROMA = ("distilled_guidance_layer.in_proj.bias",)
_GUIDANCE = (
    "guidance_in.in_layer.weight",
    "time_text_embed.guidance_embedder.linear_1.weight",
    "time_guidance_embed.guidance_embedder.linear_1.weight",
)
# Width of what the text encoders give: Stable Diffusion 2 has 1024, SDXL's refiner 1280.
_SD_WIDTH, _SDXL_WIDTH = 768, 2048
# Beside the weights of files that hold them in eight bits or four, to be multiplied with.
_SCALES = ("scaled_fp8", ".scale_weight", ".weight_scale", ".absmax", ".comfy_quant")


@dataclass(frozen=True)
class Contents:
    """`families`: likeliest first, empty where it can't be told. `part` is the folder of what
    draws in diffusers' layout. `missing` of a whole model, in words."""

    families: tuple[str, ...] = ()
    part: str = ""
    missing: tuple[str, ...] = ()
    is_quantised: bool = False

    @property
    def label(self) -> str:
        return FAMILIES[self.families[0]].label if self.families else ""


def recognise(header: Header) -> Contents:
    families = _families(lambda names: _first(header, names))
    names = list(header.tensors)
    missing = [
        what
        for what, prefixes in (
            (ENCODERS, _HAVE_ENCODERS),
            (AUTOENCODER, _HAVE_AUTOENCODER),
        )
        if not any(name.startswith(prefixes) for name in names)
    ]
    return Contents(
        families,
        part=_part(families),
        missing=tuple(missing),
        is_quantised=any(name.endswith(_SCALES) for name in names),
    )


def _families(first: Callable[[tuple[str, ...]], Tensor | None]) -> tuple[str, ...]:
    """`first` finds the first tensor of one of these names."""
    if first((_SDXL_ENCODER,)) or _is_wide(first((_SDXL_UNET,)), _SDXL_WIDTH):
        return ("sdxl", "sdxl-turbo")
    if _is_wide(first((_SD_UNET,)), _SD_WIDTH):
        return ("sd15",)
    if first(_FLUX_2):
        # FLUX.2 dev takes a guidance and is of no family of ours.
        return () if first(_GUIDANCE) else ("flux2-klein",)
    if first(_FLUX) and not first(_CHROMA):
        given = first(_FLUX_OUTPUT)
        if given and given.shape and not _is_wide(first(_FLUX_INPUT), given.shape[0]):
            return ()
        return ("flux-dev",) if first(_GUIDANCE) else ("flux-schnell",)
    if first(_SD3) or all(first((name,)) for name in _SD3_DIFFUSERS):
        return ("sd3",)
    return ()


def _first(header: Header, names: tuple[str, ...]) -> Tensor | None:
    known = (each for name in names for each in (PREFIX + name, name))
    return next((header.tensors[name] for name in known if name in header.tensors), None)


def _is_wide(keys: Tensor | None, width: int) -> bool:
    return keys is not None and bool(keys.shape) and keys.shape[-1] == width


def _part(families: tuple[str, ...]) -> str:
    if not families:
        return ""
    return UNET if families[0].startswith("sd") and families[0] != "sd3" else TRANSFORMER
