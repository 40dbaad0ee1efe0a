"""SDXL, and Turbo or Lightning, which differ in their scheduler."""

from generation.tests.tiny_parts import autoencoder, clip
from generation.tests.tiny_words import clip_words


def make(folder, *, spacing="leading"):
    from diffusers import (
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    words = clip_words(folder.parent / f"{folder.name}-words")
    others = clip_words(folder.parent / f"{folder.name}-other-words")
    second = clip(others, projects=True, hidden_size=24, act="gelu")
    StableDiffusionXLPipeline(
        vae=autoencoder(4, scaling_factor=0.13025),
        text_encoder=clip(words),
        text_encoder_2=second,
        tokenizer=words,
        tokenizer_2=others,
        unet=UNet2DConditionModel(
            block_out_channels=(8, 16),
            layers_per_block=1,
            sample_size=8,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=16 + 24,
            attention_head_dim=(2, 4),
            transformer_layers_per_block=(1, 1),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + 24,
            norm_num_groups=4,
        ),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            steps_offset=1,
            timestep_spacing=spacing,
        ),
        add_watermarker=False,
    ).save_pretrained(folder)


def make_turbo(folder):
    make(folder, spacing="trailing")
