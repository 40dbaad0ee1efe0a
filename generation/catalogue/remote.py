"""Services elsewhere, and their models. Off until staff give a key and switch them on.

Paths, ranges, names of fields and costs are those of the vendors' pages; `adapter` says how each is
asked (adapters.py). A model without a cost has none on those pages.
"""

from decimal import Decimal
from typing import Any

from generation.catalogue.adapters import ADAPTERS
from generation.models.service import ADDRESSES

PIXAZO, OPENAI = "pixazo", "openai"

SERVICES: tuple[dict[str, Any], ...] = (
    {
        "slug": PIXAZO,
        "name": "Pixazo.ai",
        "kind": "pixazo",
        "base_url": ADDRESSES[PIXAZO],
        "calls_a_minute": 60,
    },
    {
        "slug": OPENAI,
        "name": "OpenAI",
        "kind": "openai",
        "base_url": ADDRESSES[OPENAI],
        "calls_a_minute": 60,
    },
)


def _side(default: int, low: int, high: int, step: int) -> dict[str, Any]:
    side = {"default": default, "min": low, "max": high, "step": step}
    return {"width": side, "height": side}


def _steps(default: int, high: int) -> dict[str, Any]:
    return {"num_inference_steps": {"default": default, "min": 1, "max": high}}


def _guidance(default: float, low: float, high: float) -> dict[str, Any]:
    return {"guidance_scale": {"default": default, "min": low, "max": high, "step": 0.5}}


UNGUIDED: dict[str, Any] = {"guidance_scale": False, "negative_prompt": False}
ITS_OWN_STEPS = {"num_inference_steps": {"fixed": 1, "reason": "The service chooses its steps."}}
_UPSCALER: dict[str, Any] = {
    **UNGUIDED,
    **ITS_OWN_STEPS,
    "strength": False,
    "modes": ["upscale"],
}

FREE = Decimal(0)
_SD3_SIZES = [[1024, 1024], [1344, 768], [768, 1344], [1216, 832], [832, 1216]]

_PIXAZO_MODELS: tuple[dict[str, Any], ...] = (
    {
        "slug": "pixazo-sdxl",
        "name": "Stable Diffusion XL (Pixazo.ai)",
        "address": "stable-diffusion-xl-base-10",
        "cost": FREE,
        "contract_data": {
            **_side(1024, 512, 1536, 64),
            **_steps(20, 20),
            **_guidance(5.0, 1.0, 15.0),
        },
    },
    {
        "slug": "pixazo-sdxl-lightning",
        "name": "SDXL Lightning (Pixazo.ai)",
        "address": "stable-diffusion-xl-lightning",
        "cost": FREE,
        "contract_data": {
            **_side(1024, 512, 1536, 64),
            **_steps(20, 20),
            **_guidance(5.0, 1.0, 15.0),
        },
    },
    {
        "slug": "pixazo-sdxl-turbo",
        "name": "SDXL Turbo (Pixazo.ai)",
        "address": "stable-diffusion-xl-turbo-v2",
        "contract_data": {
            **_side(768, 512, 1024, 64),
            **_steps(4, 50),
            **_guidance(0.0, 0.0, 15.0),
            "negative_prompt": False,
        },
    },
    {
        "slug": "pixazo-sd3",
        "name": "Stable Diffusion 3 (Pixazo.ai)",
        "address": "stable-diffusion-3",
        "contract_data": {**_steps(28, 28), **_guidance(3.5, 0.0, 20.0), "sizes": _SD3_SIZES},
        "units": 2,
    },
    {
        "slug": "pixazo-sd35-large",
        "name": "Stable Diffusion 3.5 Large (Pixazo.ai)",
        "address": "stable-diffusion-3-5-large",
        "cost": Decimal("0.2"),
        "contract_data": {
            "num_inference_steps": {"default": 40, "min": 20, "max": 100},
            **_guidance(5.0, 1.0, 20.0),
            "negative_prompt": False,
            "sizes": _SD3_SIZES,
        },
        "units": 5,
    },
    {
        "slug": "pixazo-flux-schnell",
        "name": "Flux 1 schnell (Pixazo.ai)",
        "address": "flux-1-schnell",
        "cost": FREE,
        "contract_data": {**UNGUIDED, **_side(1024, 512, 1920, 128), **_steps(4, 8)},
    },
    {
        "slug": "pixazo-flux2-klein",
        "name": "Flux 2 Klein 4B (Pixazo.ai)",
        "address": "flux-2-klein-4b",
        "cost": Decimal("0.0007"),
        "contract_data": {
            **UNGUIDED,
            **_steps(4, 25),
            "sizes": [
                [1024, 1024],
                [1448, 1024],
                [1024, 1448],
                [2048, 1024],
                [1024, 2048],
                [512, 512],
                [1448, 1448],
                [2048, 2048],
            ],
        },
    },
    {
        "slug": "pixazo-flux2-dev",
        "name": "Flux 2 dev (Pixazo.ai)",
        "address": "flux-2-dev",
        "contract_data": {**UNGUIDED, **_side(1024, 512, 2048, 64), **_steps(25, 50)},
        "units": 3,
    },
    {
        "slug": "pixazo-sd15-inpainting",
        "name": "Stable Diffusion 1.5 inpainting (Pixazo.ai)",
        "address": "stable-diffusion-v1-5-inpainting",
        "cost": FREE,
        "contract_data": {
            **_side(1024, 512, 1024, 64),
            **_steps(20, 20),
            **_guidance(5.0, 1.0, 15.0),
            "strength": False,
            "modes": ["inpaint", "outpaint"],
        },
    },
    {
        "slug": "pixazo-flux-dev",
        "name": "Flux 1 dev (Pixazo.ai)",
        "address": "flux-dev",
        "contract_data": {
            **_steps(28, 50),
            **_guidance(3.5, 1.0, 20.0),
            "negative_prompt": False,
            "sizes": [[1024, 1024], [768, 1024], [576, 1024], [1024, 768], [1024, 576], [512, 512]],
        },
        "units": 3,
    },
    {
        "slug": "pixazo-flux-dev-image",
        "name": "Flux 1 dev from a picture (Pixazo.ai)",
        "address": "flux-dev",
        "contract_data": {
            **_side(1024, 512, 1536, 16),
            **_steps(28, 50),
            **_guidance(3.5, 1.0, 20.0),
            "negative_prompt": False,
            "modes": ["image", "variation"],
        },
        "units": 3,
    },
    {
        "slug": "pixazo-flux-fill",
        "name": "Flux Fill dev (Pixazo.ai)",
        "address": "flux-fill-dev",
        "contract_data": {
            **_side(1024, 512, 1536, 16),
            **_steps(28, 50),
            **_guidance(30.0, 1.5, 100.0),
            "negative_prompt": False,
            "strength": False,
            "modes": ["inpaint", "outpaint"],
        },
        "units": 3,
    },
    {
        "slug": "pixazo-crystal",
        "name": "Crystal upscaler (Pixazo.ai)",
        "address": "upscaler",
        "contract_data": {**_UPSCALER, "scale": {"default": 2, "enum": [2, 4]}},
    },
    {
        "slug": "pixazo-seedvr2",
        "name": "SeedVR2 upscaler (Pixazo.ai)",
        "address": "seedvr-upscale",
        "contract_data": {**_UPSCALER, "scale": {"default": 2, "enum": [2, 4]}},
    },
    {
        "slug": "pixazo-real-esrgan",
        "name": "Real-ESRGAN upscaler (Pixazo.ai)",
        "address": "real-esrgan",
        "contract_data": {**_UPSCALER, "scale": {"default": 4, "enum": [4]}},
    },
)

_OPENAI_MODELS: tuple[dict[str, Any], ...] = (
    {
        # gpt-image-1 was shut down on 2026-10-23; this one takes the same requests.
        "slug": "openai-gpt-image",
        "name": "GPT Image (OpenAI)",
        "address": "gpt-image-1.5",
        "contract_data": {
            **UNGUIDED,
            **ITS_OWN_STEPS,
            "strength": False,
            "sizes": [[1024, 1024], [1536, 1024], [1024, 1536]],
            "modes": ["text", "image", "inpaint"],
            "references": 4,
        },
        "units": 4,
    },
)


def _rows(service: str, first: int, models: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    return [
        {
            "provider": service,
            "service": service,
            "adapter": ADAPTERS.get(model["slug"], {}),
            "is_active": False,
            "position": first + 10 * number,
            **model,
        }
        for number, model in enumerate(models)
    ]


REMOTE_MODELS: tuple[dict[str, Any], ...] = (
    *_rows(PIXAZO, 300, _PIXAZO_MODELS),
    *_rows(OPENAI, 500, _OPENAI_MODELS),
)
