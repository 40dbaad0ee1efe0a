"""Models that are computed here. Their contracts are their families', where nothing else is said.

Downloads are those of half-precision weights where the repository has them. Memory is what a GPU
must have to draw one picture of the default size without offloading: the weights at two bytes each,
and a reserve for the picture.
"""

from typing import Any

from django.utils.translation import gettext_noop

STARTER = "starter"

LOCAL_MODELS: tuple[dict[str, Any], ...] = (
    {
        "slug": STARTER,
        "name": "Starter, small and local",
        "description": gettext_noop(
            "A small model with a small world: houses, trees, boats, castles and tents"
            " in landscapes, in four styles. It ships with Pixazo and needs no GPU."
        ),
        "address": STARTER,
        "family": "sd15",
        "contract_data": {
            "width": {"default": 128, "min": 64, "max": 256, "step": 8},
            "height": {"default": 128, "min": 64, "max": 256, "step": 8},
            "num_inference_steps": {"default": 20, "min": 8, "max": 40},
            "guidance_scale": {"default": 4.0, "min": 1.0, "max": 10.0, "step": 0.5},
            "loras": 0,
            "prompt_tokens": 48,
        },
        "memory_gb": 1,
        "is_active": True,
        "position": 10,
    },
    {
        "slug": "sdxl",
        "name": "Stable Diffusion XL",
        "description": gettext_noop("A large model for 1024-pixel pictures. Needs a GPU."),
        "address": "stabilityai/stable-diffusion-xl-base-1.0",
        "family": "sdxl",
        "contract_data": {
            "width": {"default": 1024, "min": 512, "max": 1536, "step": 64},
            "height": {"default": 1024, "min": 512, "max": 1536, "step": 64},
        },
        "download_gb": 7,
        "memory_gb": 10,
        "units": 2,
        "is_active": False,
        "position": 20,
    },
    {
        "slug": "sd15",
        "name": "Stable Diffusion 1.5",
        "description": gettext_noop("The classic for 512-pixel pictures."),
        "address": "stable-diffusion-v1-5/stable-diffusion-v1-5",
        "family": "sd15",
        "contract_data": {
            "width": {"default": 512, "min": 256, "max": 1024, "step": 64},
            "height": {"default": 512, "min": 256, "max": 1024, "step": 64},
        },
        "download_gb": 4,
        "memory_gb": 4,
        "is_active": False,
        "position": 30,
    },
    {
        "slug": "sdxl-turbo",
        "name": "SDXL Turbo",
        "description": gettext_noop(
            "Pictures of 512 pixels in one to four steps. For non-commercial use."
        ),
        "address": "stabilityai/sdxl-turbo",
        "family": "sdxl-turbo",
        "contract_data": {
            "width": {"default": 512, "min": 512, "max": 1024, "step": 64},
            "height": {"default": 512, "min": 512, "max": 1024, "step": 64},
            "num_inference_steps": {"default": 2, "min": 1, "max": 4},
        },
        "download_gb": 7,
        "memory_gb": 10,
        "is_active": False,
        "position": 40,
    },
    {
        "slug": "sdxl-lightning",
        "name": "SDXL Lightning",
        "description": gettext_noop("Stable Diffusion XL, distilled to four steps."),
        "address": "ByteDance/SDXL-Lightning/sdxl_lightning_4step.safetensors",
        "family": "sdxl-turbo",
        "contract_data": {
            "num_inference_steps": {"fixed": 4, "reason": "This model is distilled to four steps."},
        },
        "download_gb": 7,
        "memory_gb": 10,
        "is_active": False,
        "position": 50,
    },
    {
        "slug": "sd35-large",
        "name": "Stable Diffusion 3.5 Large",
        "description": gettext_noop("Eight billion parameters, good at following long prompts."),
        "address": "stabilityai/stable-diffusion-3.5-large",
        "family": "sd3",
        "contract_data": {"guidance_scale": {"default": 3.5}},
        "is_gated": True,
        "download_gb": 28,
        "memory_gb": 32,
        "units": 4,
        "is_active": False,
        "position": 60,
    },
    {
        "slug": "flux-dev",
        "name": "FLUX.1 dev",
        "description": gettext_noop(
            "Twelve billion parameters. Its licence is for non-commercial use."
        ),
        "address": "black-forest-labs/FLUX.1-dev",
        "family": "flux-dev",
        "is_gated": True,
        "download_gb": 34,
        "memory_gb": 38,
        "units": 6,
        "is_active": False,
        "position": 70,
    },
    {
        "slug": "flux-schnell",
        "name": "FLUX.1 schnell",
        "description": gettext_noop("FLUX.1, distilled to four steps."),
        "address": "black-forest-labs/FLUX.1-schnell",
        "family": "flux-schnell",
        "is_gated": True,
        "download_gb": 34,
        "memory_gb": 38,
        "units": 3,
        "is_active": False,
        "position": 80,
    },
    {
        "slug": "flux2-klein",
        "name": "FLUX.2 klein 4B",
        "description": gettext_noop(
            "Makes and edits pictures in four steps; takes reference pictures."
        ),
        "address": "black-forest-labs/FLUX.2-klein-4B",
        "family": "flux2-klein",
        "download_gb": 16,
        "memory_gb": 19,
        "units": 2,
        "is_active": False,
        "position": 90,
    },
    {
        "slug": "sana-sprint",
        "name": "Sana Sprint 1.6B",
        "description": gettext_noop("Pictures of 1024 pixels in two steps."),
        "address": "Efficient-Large-Model/Sana_Sprint_1.6B_1024px_diffusers",
        "family": "sana-sprint",
        "contract_data": {
            "num_inference_steps": {"fixed": 2, "reason": "This model is distilled to two steps."},
        },
        "download_gb": 10,
        "memory_gb": 12,
        "is_active": False,
        "position": 100,
    },
    {
        "slug": "flux-dev-abliterated",
        "name": "Flux.1dev Abliterated",
        "description": gettext_noop(
            "FLUX.1 dev without its refusals. Switch it on only if your rules allow it."
        ),
        "address": "aoxo/flux.1dev-abliterated",
        "family": "flux-dev",
        "download_gb": 34,
        "memory_gb": 38,
        "units": 6,
        "is_active": False,
        "position": 110,
    },
)
