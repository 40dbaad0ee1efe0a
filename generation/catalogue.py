"""The models of a new site: the starter model, and two well-known ones that staff may switch on."""

from typing import Any

from generation.models import ImageModel

STARTER = "starter"

FIRST_MODELS: tuple[dict[str, Any], ...] = (
    {
        "slug": STARTER,
        "name": "Starter, small and local",
        "description": "A small model with a small world: houses, trees, boats, castles and tents"
        " in landscapes, in four styles. It ships with Pixazo and needs no GPU.",
        "address": STARTER,
        "contract_data": {
            "width": {"default": 128, "min": 64, "max": 256, "step": 8},
            "height": {"default": 128, "min": 64, "max": 256, "step": 8},
            "num_inference_steps": {"default": 20, "min": 8, "max": 40},
            "guidance_scale": {"default": 4.0, "min": 1.0, "max": 10.0, "step": 0.5},
        },
        "is_active": True,
        "position": 10,
    },
    {
        "slug": "sdxl",
        "name": "Stable Diffusion XL",
        "description": "A large model for 1024-pixel pictures. Needs a GPU and a download of 7 GB.",
        "address": "stabilityai/stable-diffusion-xl-base-1.0",
        "contract_data": {
            "width": {"default": 1024, "min": 512, "max": 1536, "step": 64},
            "height": {"default": 1024, "min": 512, "max": 1536, "step": 64},
            "num_inference_steps": {"default": 30, "min": 10, "max": 60},
            "guidance_scale": {"default": 6.0, "min": 1.0, "max": 15.0, "step": 0.5},
        },
        "units": 2,
        "is_active": False,
        "position": 20,
    },
    {
        "slug": "sd15",
        "name": "Stable Diffusion 1.5",
        "description": "The classic for 512-pixel pictures. Needs a download of 4 GB.",
        "address": "stable-diffusion-v1-5/stable-diffusion-v1-5",
        "contract_data": {
            "width": {"default": 512, "min": 256, "max": 1024, "step": 64},
            "height": {"default": 512, "min": 256, "max": 1024, "step": 64},
            "num_inference_steps": {"default": 30, "min": 10, "max": 60},
            "guidance_scale": {"default": 7.0, "min": 1.0, "max": 15.0, "step": 0.5},
            "images_per_call": 4,
        },
        "is_active": False,
        "position": 30,
    },
)


def seed() -> None:
    """Make the first models where they are missing; what staff changed stays."""
    for model in FIRST_MODELS:
        slug = model["slug"]
        ImageModel.objects.get_or_create(slug=slug, defaults=model)
