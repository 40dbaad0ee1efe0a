"""Those whose UNet predicts noise: Stable Diffusion 1.5 and XL."""

from generation.families.family import (
    CLIP,
    NOISE_SCHEDULERS,
    USUAL,
    Family,
    guidance,
    side,
    steps,
)

SDXL_PIPELINES = {
    "text": "StableDiffusionXLPipeline",
    "image": "StableDiffusionXLImg2ImgPipeline",
    "inpaint": "StableDiffusionXLInpaintPipeline",
}

NOISE = (
    Family(
        slug="sd15",
        label="Stable Diffusion 1.5",
        contract={
            **USUAL,
            **CLIP,
            **side(512, 256, 1024, 8),
            **steps(30, 5, 60),
            **guidance(7.0, 1.0, 15.0),
            "schedulers": NOISE_SCHEDULERS,
        },
        pipelines={
            "text": "StableDiffusionPipeline",
            "image": "StableDiffusionImg2ImgPipeline",
            "inpaint": "StableDiffusionInpaintPipeline",
        },
        is_in_single_files=True,
    ),
    Family(
        slug="sdxl",
        label="Stable Diffusion XL",
        contract={
            **USUAL,
            **CLIP,
            **side(1024, 512, 2048, 8),
            **steps(30, 5, 60),
            **guidance(6.0, 1.0, 15.0),
            "schedulers": NOISE_SCHEDULERS,
        },
        pipelines=SDXL_PIPELINES,
        is_in_single_files=True,
    ),
    Family(
        slug="sdxl-turbo",
        label="Stable Diffusion XL Turbo or Lightning",
        contract={
            **USUAL,
            **CLIP,
            **side(1024, 512, 1536, 8),
            **steps(4, 1, 8),
            # Distilled without guidance: below 1 there is nothing to lead away from either.
            "guidance_scale": False,
            "negative_prompt": False,
            # A part of four steps must still be a step.
            "strength": {"default": 0.5, "min": 0.25, "max": 1, "step": 0.05},
            "schedulers": ["euler", "euler-a", "lcm"],
        },
        pipelines=SDXL_PIPELINES,
        is_in_single_files=True,
    ),
)
