"""The denoiser and its noise: a UNet2DConditionModel of three levels over 4x16x16 latents."""

from __future__ import annotations

from diffusers import DDPMScheduler, DPMSolverMultistepScheduler, UNet2DConditionModel

from tools.starter_model.text_encoder import WIDTH

LATENT_SIZE = 16  # for pictures of 128 pixels
CHANNELS = (80, 112, 112)
HEAD_WIDTH = 16
NOISE = {
    "num_train_timesteps": 1000,
    "beta_schedule": "linear",
    "beta_start": 1e-4,
    "beta_end": 0.02,
    "prediction_type": "v_prediction",
}


def build() -> UNet2DConditionModel:
    """An untrained denoiser of 6 million parameters.

    The first level has no attention: it would cost a third more time. The text reaches the layers
    twice: word by word through cross-attention, and pooled together with the time step
    (`addition_embed_type="text"`), which is what sets style and light.
    """
    return UNet2DConditionModel(
        sample_size=LATENT_SIZE,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=CHANNELS,
        layers_per_block=1,
        cross_attention_dim=WIDTH,
        attention_head_dim=tuple(channels // HEAD_WIDTH for channels in CHANNELS),  # heads, really
        norm_num_groups=16,
        use_linear_projection=True,
        resnet_time_scale_shift="scale_shift",
        time_embedding_dim=256,
        addition_embed_type="text",
        addition_embed_type_num_heads=4,
    )


def training_noise() -> DDPMScheduler:
    return DDPMScheduler(**NOISE, clip_sample=False)


def sampling_scheduler() -> DPMSolverMultistepScheduler:
    """DPM-Solver++ of second order; trailing steps begin at pure noise, as training did."""
    return DPMSolverMultistepScheduler(**NOISE, timestep_spacing="trailing", steps_offset=1)
