"""What each architecture can do: contracts to begin with, and diffusers' class for each mode.

Data only, so that the web side, which has no torch, knows it too. Read off the signatures and the
checks of diffusers 0.42.1, and off the models' cards where a range is a matter of taste. A model's
own contract is laid over that of its family.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AUTO = "auto"


@dataclass(frozen=True)
class Family:
    """`pipelines` names the class for each of diffusers' modes: text, image, inpaint."""

    slug: str
    label: str
    contract: Mapping[str, Any] = field(repr=False)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    # A single file holds all its parts; their configs come from `single_file`.
    is_in_single_files: bool = False

    @property
    def schedulers(self) -> tuple[str, ...]:
        return tuple(self.contract["schedulers"])

    @property
    def has_strength(self) -> bool:
        """False where image to image looks at the picture and decides itself what to keep."""
        return self.contract["strength"] is not False


def _side(default: int, low: int, high: int, step: int) -> dict[str, dict[str, int]]:
    side = {"default": default, "min": low, "max": high, "step": step}
    return {"width": side, "height": side}


def _steps(default: int, low: int, high: int) -> dict[str, Any]:
    return {"num_inference_steps": {"default": default, "min": low, "max": high, "step": 1}}


def _guidance(default: float, low: float, high: float, step: float = 0.5) -> dict[str, Any]:
    return {"guidance_scale": {"default": default, "min": low, "max": high, "step": step}}


STRENGTH = {"default": 0.6, "min": 0.05, "max": 1, "step": 0.05}
SCALE = {"default": 2, "enum": [2, 4]}
ALL_MODES = ["text", "image", "inpaint", "outpaint", "variation", "upscale"]
# Noise is predicted; every scheduler of the Karras family fits (KarrasDiffusionSchedulers).
NOISE_SCHEDULERS = ["euler", "euler-a", "dpmpp-2m", "dpmpp-2m-karras", "ddim", "unipc", "lcm"]
FLOW_SCHEDULERS = ["flow-euler"]

# What most of them share.
_USUAL: dict[str, Any] = {
    "strength": STRENGTH,
    "scale": SCALE,
    "negative_prompt": True,
    "modes": ALL_MODES,
    "images_per_call": 4,
    "references": 0,
    "loras": 3,
    "long_prompts": False,
    "prompt_weights": False,
}
# CLIP reads 77 tokens at a time; longer prompts are read in parts, words can be weighted.
_CLIP = {"prompt_tokens": 77, "long_prompts": True, "prompt_weights": True}

_SDXL_PIPELINES = {
    "text": "StableDiffusionXLPipeline",
    "image": "StableDiffusionXLImg2ImgPipeline",
    "inpaint": "StableDiffusionXLInpaintPipeline",
}
_FLUX_PIPELINES = {
    "text": "FluxPipeline",
    "image": "FluxImg2ImgPipeline",
    "inpaint": "FluxInpaintPipeline",
}

_ALL = (
    Family(
        slug="sd15",
        label="Stable Diffusion 1.5",
        contract={
            **_USUAL,
            **_CLIP,
            **_side(512, 256, 1024, 8),
            **_steps(30, 5, 60),
            **_guidance(7.0, 1.0, 15.0),
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
            **_USUAL,
            **_CLIP,
            **_side(1024, 512, 2048, 8),
            **_steps(30, 5, 60),
            **_guidance(6.0, 1.0, 15.0),
            "schedulers": NOISE_SCHEDULERS,
        },
        pipelines=_SDXL_PIPELINES,
        is_in_single_files=True,
    ),
    Family(
        slug="sdxl-turbo",
        label="Stable Diffusion XL Turbo or Lightning",
        contract={
            **_USUAL,
            **_CLIP,
            **_side(1024, 512, 1536, 8),
            **_steps(4, 1, 8),
            # Distilled without guidance: below 1 there is nothing to lead away from either.
            "guidance_scale": False,
            "negative_prompt": False,
            # A part of four steps must still be a step.
            "strength": {"default": 0.5, "min": 0.25, "max": 1, "step": 0.05},
            "schedulers": ["euler", "euler-a", "lcm"],
        },
        pipelines=_SDXL_PIPELINES,
        is_in_single_files=True,
    ),
    Family(
        slug="sd3",
        label="Stable Diffusion 3 and 3.5",
        contract={
            **_USUAL,
            **_side(1024, 512, 1536, 16),
            **_steps(28, 4, 60),
            **_guidance(4.5, 1.0, 10.0),
            # The T5 encoder's share; its two CLIPs read the first 77 of them.
            "prompt_tokens": 256,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines={
            "text": "StableDiffusion3Pipeline",
            "image": "StableDiffusion3Img2ImgPipeline",
            # Its transformer must take 16 or 33 channels, as all published ones do.
            "inpaint": "StableDiffusion3InpaintPipeline",
        },
    ),
    Family(
        slug="flux-dev",
        label="FLUX.1 dev",
        contract={
            **_USUAL,
            **_side(1024, 256, 2048, 16),
            **_steps(28, 4, 50),
            **_guidance(3.5, 1.0, 10.0, 0.1),
            # Its guidance is an input of the transformer; what to avoid can't be said.
            "negative_prompt": False,
            "prompt_tokens": 512,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines=_FLUX_PIPELINES,
    ),
    Family(
        slug="flux-schnell",
        label="FLUX.1 schnell",
        contract={
            **_USUAL,
            **_side(1024, 256, 2048, 16),
            **_steps(4, 1, 8),
            "guidance_scale": False,
            "negative_prompt": False,
            "strength": {"default": 0.6, "min": 0.25, "max": 1, "step": 0.05},
            "prompt_tokens": 256,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines=_FLUX_PIPELINES,
    ),
    Family(
        slug="flux2-klein",
        label="FLUX.2 klein",
        contract={
            **_USUAL,
            **_side(1024, 256, 2048, 16),
            **_steps(4, 1, 8),
            "guidance_scale": False,
            "negative_prompt": False,
            "modes": ["text", "image", "inpaint", "outpaint"],
            "references": 4,
            # The same class makes and edits: `image` is looked at, not noised.
            "strength": False,
            "prompt_tokens": 512,
            "schedulers": FLOW_SCHEDULERS,
        },
        pipelines={
            "text": "Flux2KleinPipeline",
            "image": "Flux2KleinPipeline",
            "inpaint": "Flux2KleinInpaintPipeline",
        },
    ),
    Family(
        slug="sana-sprint",
        label="Sana Sprint",
        contract={
            **_USUAL,
            **_side(1024, 512, 2048, 32),
            **_steps(2, 1, 4),
            **_guidance(4.5, 1.0, 10.0),
            "negative_prompt": False,
            "modes": ["text", "image", "variation", "upscale"],
            # Of two steps the half at least must be gone.
            "strength": {"default": 0.6, "min": 0.5, "max": 1, "step": 0.05},
            "prompt_tokens": 300,
            # Its consistency scheduler is part of the model.
            "schedulers": [],
        },
        pipelines={"text": "SanaSprintPipeline", "image": "SanaSprintImg2ImgPipeline"},
    ),
    Family(
        slug=AUTO,
        label="Another text-to-image model",
        contract={
            **_USUAL,
            "modes": ["text"],
            "images_per_call": 1,
            "loras": 0,
            "prompt_tokens": None,
            "schedulers": [],
        },
    ),
)

FAMILIES: Mapping[str, Family] = {family.slug: family for family in _ALL}
CHOICES = [(family.slug, family.label) for family in _ALL]


def of_pipeline(name: str) -> tuple[str, ...]:
    """The families that a class named in a model_index.json may be of, likeliest first."""
    found = [family.slug for family in _ALL if name in family.pipelines.values()]
    return tuple(found) or (AUTO,)


def are_alike(one: str, other: str) -> bool:
    """Whether what fits one family fits the other: they are of one architecture."""
    first, second = FAMILIES.get(one), FAMILIES.get(other)
    return one == other or bool(first and second and first.pipelines == second.pipelines != {})
