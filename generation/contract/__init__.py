"""What a model accepts, as data: it draws the form, checks a request and describes the API.

Stored as JSON on the model, laid over that of its family; what both leave out falls back to
`reading.FALLBACK` (steps: S432). One example:

    {"width": {"default": 1024, "min": 512, "max": 1536, "step": 8},
     "num_inference_steps": {"fixed": 2, "reason": "This model is distilled to two steps."},
     "guidance_scale": false, "negative_prompt": false, "modes": ["text", "image"], "loras": 3}
"""

from generation.contract.contract import Contract
from generation.contract.limits import (
    DETAILED_SIDE,
    LORA_WEIGHT,
    MAX_COUNT,
    MAX_SEED,
    MODES,
    PROMPT_LENGTH,
    UPSCALED_SIDE,
    VARIATIONS,
)
from generation.contract.parameter import Parameter, as_number, is_empty, plain
from generation.contract.sizes import PRESETS

__all__ = [
    "DETAILED_SIDE",
    "LORA_WEIGHT",
    "MAX_COUNT",
    "MAX_SEED",
    "MODES",
    "PRESETS",
    "PROMPT_LENGTH",
    "UPSCALED_SIDE",
    "VARIATIONS",
    "Contract",
    "Parameter",
    "as_number",
    "is_empty",
    "plain",
]
