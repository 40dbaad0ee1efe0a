"""FLUX.1: dev takes a guidance, schnell does not."""

from generation.tests.tiny_parts import autoencoder, clip, t5
from generation.tests.tiny_words import clip_words, t5_words


def make(folder, *, guided=True):
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    first, second = clip_words(folder.parent / f"{folder.name}-words"), t5_words(32)
    FluxPipeline(
        transformer=FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=16,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=guided,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=guided, shift=3.0 if guided else 1.0
        ),
        vae=autoencoder(4, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.06),
        text_encoder=clip(first),
        tokenizer=first,
        text_encoder_2=t5(second),
        tokenizer_2=second,
    ).save_pretrained(folder)


def make_schnell(folder):
    make(folder, guided=False)
