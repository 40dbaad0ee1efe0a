"""Pipelines of the true shapes with random weights: timings are those of the real ones, and nothing
is downloaded. `scale` below 1 narrows and shortens them for small machines.

The shapes are those of the published configs: stable-diffusion-v1-5, stable-diffusion-xl-base-1.0
and FLUX.1-schnell. Flux's T5 has one layer of its 24: text is encoded once a call, not each step.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sd15(scale: float) -> Any:
    from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel

    tokenizer = _clip_tokenizer()
    return StableDiffusionPipeline(
        vae=_autoencoder(scale),
        text_encoder=_clip(tokenizer, 768, 12, scale),
        tokenizer=tokenizer,
        unet=UNet2DConditionModel(
            sample_size=64,
            block_out_channels=_widths((320, 640, 1280, 1280), scale),
            cross_attention_dim=_width(768, scale),
            attention_head_dim=8,
        ),
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def sdxl(scale: float) -> Any:
    from diffusers import (
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    tokenizer = _clip_tokenizer()
    widths = _widths((320, 640, 1280), scale)
    first, second = _width(768, scale), _width(1280, scale)
    return StableDiffusionXLPipeline(
        vae=_autoencoder(scale, scaling_factor=0.13025),
        text_encoder=_clip(tokenizer, 768, 12, scale),
        text_encoder_2=_clip(tokenizer, 1280, 32, scale, is_projected=True),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=UNet2DConditionModel(
            sample_size=128,
            block_out_channels=widths,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            transformer_layers_per_block=(1, _few(2, scale), _few(10, scale)),
            attention_head_dim=tuple(max(1, width // 64) for width in widths),
            cross_attention_dim=first + second,
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=256,
            projection_class_embeddings_input_dim=second + 6 * 256,
        ),
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", steps_offset=1),
    )


def flux(scale: float) -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    tokenizer = _clip_tokenizer()
    return FluxPipeline(
        vae=_autoencoder(scale, channels=16, scaling_factor=0.3611, shift_factor=0.1159),
        text_encoder=_clip(tokenizer, 768, 12, scale),
        tokenizer=tokenizer,
        text_encoder_2=_t5(scale),
        tokenizer_2=_t5_tokenizer(),
        transformer=FluxTransformer2DModel(
            in_channels=64,
            num_layers=_few(19, scale),
            num_single_layers=_few(38, scale),
            num_attention_heads=_few(24, scale),
            attention_head_dim=128,
            joint_attention_dim=_width(4096, scale),
            pooled_projection_dim=_width(768, scale),
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
    )


# The builder, the steps that the model is used with, and its guidance.
ARCHITECTURES: Mapping[str, tuple[Callable[[float], Any], int, float]] = {
    "SD 1.5": (sd15, 20, 7.0),
    "SDXL": (sdxl, 20, 6.0),
    "Flux": (flux, 4, 0.0),
}


def _few(count: int, scale: float) -> int:
    return max(1, round(count * scale))


def _width(width: int, scale: float) -> int:
    """A multiple of 64: of heads, and of the groups that are normed together."""
    return max(64, round(width * scale / 64) * 64)


def _widths(widths: tuple[int, ...], scale: float) -> tuple[int, ...]:
    return tuple(_width(width, scale) for width in widths)


def _autoencoder(scale: float, channels: int = 4, **config: float) -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=_widths((128, 256, 512, 512), scale),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=channels,
        **config,
    )


def _clip(tokenizer: Any, width: int, layers: int, scale: float, is_projected: bool = False) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    width = _width(width, scale)
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=4 * width,
        projection_dim=width,
        num_hidden_layers=_few(layers, scale),
        num_attention_heads=width // 64,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return (CLIPTextModelWithProjection if is_projected else CLIPTextModel)(config)


def _clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    letters = [letter + end for letter in LETTERS for end in ("", "</w>")]
    words = [*letters, "<|startoftext|>", "<|endoftext|>"]
    with tempfile.TemporaryDirectory() as name:
        vocabulary, merges = Path(name, "vocab.json"), Path(name, "merges.txt")
        vocabulary.write_text(json.dumps({word: number for number, word in enumerate(words)}))
        merges.write_text("#version: 0.2\n")
        return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77)


def _t5(scale: float) -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(
        T5Config(
            vocab_size=64,
            d_model=_width(4096, scale),
            d_kv=64,
            d_ff=_width(10240, scale),
            num_layers=1,
            num_heads=_few(64, scale),
            is_gated_act=True,
            feed_forward_proj="gated-gelu",
        )
    )


def _t5_tokenizer() -> Any:
    from transformers import T5TokenizerFast

    words = ["<pad>", "</s>", "<unk>", "▁", *LETTERS]
    return T5TokenizerFast(vocab=[(word, -1.0) for word in words], extra_ids=0)
