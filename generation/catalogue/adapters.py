"""How the models of Pixazo.ai and OpenAI are asked, by slug: see `providers/remote/adapter.py`.

Paths and names of fields are those of the vendor's pages as of autumn 2026. Each model takes only
the names it knows: a wrong one is answered with "500 Error processing request".
"""

from typing import Any

_COMMON = {"prompt": "prompt", "seed": "seed"}
_SIDES = {"width": "width", "height": "height"}
_LIGHTNING = {
    **_COMMON,
    **_SIDES,
    "negativePrompt": "negative_prompt",
    "num_steps": "num_inference_steps",
    "guidance": "guidance_scale",
}

_FLUX_DEV = {"num_images": 1, "enable_safety_checker": True, "output_format": "png"}
_RATIO = {
    "of": "size",
    "names": {
        "1024x1024": "1:1",
        "1344x768": "16:9",
        "768x1344": "9:16",
        "1216x832": "3:2",
        "832x1216": "2:3",
    },
}


# The gateway's first queue, which only this model may be put in; and the second.
SCHNELL_QUEUE: dict[str, Any] = {
    "tickets": {
        "requestId": {
            "path": "/flux-1-schnell/v1/checkStatus",
            "body": {"requestId": "{id}"},
        },
        "request_id": {"path": "/v2/requests/status/{id}"},
    }
}


def _free(**operations: dict[str, Any]) -> dict[str, Any]:
    """Listed as free by the vendor: ordered again where the first order's fate is not known."""
    return {"may_repeat": True, "operations": operations}


def _paid(**operations: dict[str, Any]) -> dict[str, Any]:
    return {"operations": operations}


def _upscale(path: str, fields: dict[str, Any], **constants: Any) -> dict[str, Any]:
    return _paid(upscale={"path": path, "fields": fields, "constants": constants})


ADAPTERS: dict[str, dict[str, Any]] = {
    "pixazo-sdxl": _free(
        text={
            "path": "/getImage/v1/getSDXLImage",
            "fields": {
                **_COMMON,
                **_SIDES,
                "negative_prompt": "negative_prompt",
                "num_steps": "num_inference_steps",
                "guidance_scale": "guidance_scale",
            },
        }
    ),
    "pixazo-sdxl-lightning": _free(
        text={"path": "/sdxl_lightning/getImage/v1/getSDXLImage", "fields": _LIGHTNING}
    ),
    "pixazo-sdxl-turbo": _paid(
        text={
            "path": "/sdxlTurbo/v2/getData",
            "fields": {
                **_COMMON,
                **_SIDES,
                "num_inference_steps": "num_inference_steps",
                "guidance_scale": "guidance_scale",
            },
        }
    ),
    "pixazo-flux-schnell": {
        **_free(
            text={
                "path": "/flux-1-schnell/v1/getData",
                "fields": {**_COMMON, **_SIDES, "num_steps": "num_inference_steps"},
            }
        ),
        "queue": SCHNELL_QUEUE,
    },
    "pixazo-flux2-klein": _paid(
        text={
            "path": "/flux-2-klein-4b/v1/generateImage",
            "fields": {**_COMMON, **_SIDES, "steps": "num_inference_steps"},
        }
    ),
    "pixazo-flux2-dev": _paid(
        text={
            "path": "/flux-2-dev/v1/generateT2I",
            "fields": {"prompt": "prompt", **_SIDES, "steps": "num_inference_steps"},
        }
    ),
    "pixazo-sd3": _paid(
        text={
            "path": "/sd3/v1/getData",
            "fields": {
                "prompt": "prompt",
                "negativePrompt": "negative_prompt",
                "steps": "num_inference_steps",
                "cfg": "guidance_scale",
                "aspect_ratio": _RATIO,
            },
            "constants": {"output_format": "png"},
        }
    ),
    "pixazo-sd35-large": _paid(
        text={
            "path": "/sd3-5/v1/r-sd-3-5-large",
            "fields": {
                "prompt": "prompt",
                "steps": "num_inference_steps",
                "cfg": "guidance_scale",
                "aspect_ratio": _RATIO,
            },
            # All of its fields are said to be required.
            "constants": {
                "output_format": "png",
                "output_quality": 100,
                "prompt_strength": 0.85,
            },
        }
    ),
    "pixazo-sd15-inpainting": _free(
        inpaint={
            "path": "/inpainting/v1/getImage",
            "fields": {
                **_COMMON,
                **_SIDES,
                "imageUrl": "source_url",
                "maskUrl": "mask_url",
                "negative_prompt": "negative_prompt",
                "num_steps": "num_inference_steps",
                "guidance": "guidance_scale",
            },
        }
    ),
    "pixazo-flux-dev": _paid(
        text={
            "path": "/flux-dev/v1/dev/textToImage",
            "fields": {
                **_COMMON,
                "num_inference_steps": "num_inference_steps",
                "guidance_scale": "guidance_scale",
                "image_size": {
                    "of": "size",
                    "names": {
                        "1024x1024": "square_hd",
                        "512x512": "square",
                        "768x1024": "portrait_4_3",
                        "576x1024": "portrait_16_9",
                        "1024x768": "landscape_4_3",
                        "1024x576": "landscape_16_9",
                    },
                },
            },
            "constants": _FLUX_DEV,
        }
    ),
    "pixazo-flux-dev-image": _paid(
        image={
            "path": "/flux-dev/v1/dev/imageToImage",
            "fields": {
                **_COMMON,
                "image_url": "source_url",
                "strength": "strength",
                "num_inference_steps": "num_inference_steps",
                "guidance_scale": "guidance_scale",
            },
            "constants": _FLUX_DEV,
        }
    ),
    "pixazo-flux-fill": _paid(
        inpaint={
            "path": "/flux-fill-dev/v1/flux-fill/generate",
            "fields": {
                **_COMMON,
                "image": "source_url",
                "mask": "mask_url",
                "guidance": "guidance_scale",
                "num_inference_steps": "num_inference_steps",
            },
            "constants": {
                "num_outputs": 1,
                "megapixels": "match_input",
                "output_format": "png",
                "disable_safety_checker": False,
            },
        }
    ),
    "pixazo-crystal": _upscale(
        "/upscaler/v1/upscale", {"image": "source_url", "scale_factor": "scale"}
    ),
    "pixazo-seedvr2": _upscale(
        "/seedvr-upscale/v1/upscale-image/generate",
        {"image_url": "source_url", "upscale_factor": "scale"},
        output_format="png",
    ),
    "pixazo-real-esrgan": _upscale("/real-esrgan/v1/real-esrgan/generate", {"image": "source_url"}),
    # GPT Image always answers with base64 and knows no response_format.
    "openai-gpt-image": _paid(
        text={"constants": {"output_format": "png"}},
        image={"constants": {"output_format": "png"}},
        inpaint={"constants": {"output_format": "png"}},
    ),
}
