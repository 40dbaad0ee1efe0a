"""What is said of an architecture, and the words that most of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Words:
    """How its text encoder that reads furthest gets a prompt, as diffusers' pipeline gives it.

    `folder` is that of its tokenizer. `template` is what is put around the prompt. `special` is how
    many tokens of the `prompt_tokens` are not the prompt's; None: as the tokenizer adds them.
    """

    folder: str = "tokenizer"
    template: str = "{}"
    special: int | None = None
    is_lowered: bool = False


@dataclass(frozen=True)
class Family:
    """`pipelines` names the class for each of diffusers' modes: text, image, inpaint.

    `tells` is what the configurations of its parts say, where its pipelines are another family's
    too: {"transformer": {"guidance_embeds": True}}.
    """

    slug: str
    label: str
    contract: Mapping[str, Any] = field(repr=False)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    tells: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    words: Words = Words()
    # A single file holds all its parts; their configs come from `single_file`.
    is_in_single_files: bool = False

    @property
    def schedulers(self) -> tuple[str, ...]:
        return tuple(self.contract["schedulers"])

    @property
    def has_strength(self) -> bool:
        """False where image to image looks at the picture and decides itself what to keep."""
        return self.contract["strength"] is not False


def side(default: int, low: int, high: int, step: int) -> dict[str, dict[str, int]]:
    side = {"default": default, "min": low, "max": high, "step": step}
    return {"width": side, "height": side}


def steps(default: int, low: int, high: int) -> dict[str, Any]:
    return {"num_inference_steps": {"default": default, "min": low, "max": high, "step": 1}}


def guidance(default: float, low: float, high: float, step: float = 0.5) -> dict[str, Any]:
    return {"guidance_scale": {"default": default, "min": low, "max": high, "step": step}}


STRENGTH = {"default": 0.6, "min": 0.05, "max": 1, "step": 0.05}
SCALE = {"default": 2, "enum": [2, 4]}
ALL_MODES = ["text", "image", "inpaint", "outpaint", "variation", "upscale"]
# Noise is predicted; every scheduler of the Karras family fits (KarrasDiffusionSchedulers).
NOISE_SCHEDULERS = ["euler", "euler-a", "dpmpp-2m", "dpmpp-2m-karras", "ddim", "unipc", "lcm"]
FLOW_SCHEDULERS = ["flow-euler"]

# What most of them share.
USUAL: dict[str, Any] = {
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
CLIP = {"prompt_tokens": 77, "long_prompts": True, "prompt_weights": True}
