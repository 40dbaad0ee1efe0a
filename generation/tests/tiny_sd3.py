"""Stable Diffusion 3: three text encoders, sixteen channels of latents."""

from generation.tests.tiny_parts import autoencoder, clip, t5
from generation.tests.tiny_words import clip_words, t5_words


def make(folder):
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        SD3Transformer2DModel,
        StableDiffusion3Pipeline,
    )

    first, second = (clip_words(folder.parent / f"{folder.name}-words-{n}") for n in (1, 2))
    third = t5_words(32)
    StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=16,
            num_layers=1,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=32,
            caption_projection_dim=32,
            pooled_projection_dim=32,
            out_channels=16,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=autoencoder(16, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.06),
        text_encoder=clip(first, projects=True),
        tokenizer=first,
        text_encoder_2=clip(second, projects=True, act="gelu"),
        tokenizer_2=second,
        text_encoder_3=t5(third),
        tokenizer_3=third,
    ).save_pretrained(folder)
