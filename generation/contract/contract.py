"""A model's contract, read and whole."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from generation.contract import reading, sizes, tokens
from generation.contract.limits import (
    LORA_WEIGHT,
    MAX_COUNT,
    MAX_SEED,
    PROMPT_LENGTH,
    UPSCALED_SIDE,
)
from generation.contract.parameter import Parameter
from generation.contract.schema import schema
from generation.contract.sizes import Size
from pixazo.texts.numbers import written


@dataclass(frozen=True)
class Contract:
    """Sizes are (width, height) in pixels; `prompt_tokens` is the text encoder's length.

    `company_pixels` is how many a picture may have to share a call with others.
    """

    parameters: Mapping[str, Parameter]
    negative_prompt: bool = True
    modes: tuple[str, ...] = ("text",)
    images_per_call: int = 1
    company_pixels: int = 512 * 512
    references: int = 0
    schedulers: tuple[str, ...] = ()
    loras: int = 0
    prompt_tokens: int | None = None
    long_prompts: bool = False
    prompt_weights: bool = False
    sizes: tuple[Size, ...] = ()
    presets: Mapping[str, Size] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Parameter:
        return self.parameters[name]

    @classmethod
    def parse(cls, data: Mapping[str, Any], family: Mapping[str, Any] | None = None) -> "Contract":
        """Read the stored JSON, laid over the family's; raises `ValueError` with a sentence for
        staff."""
        return cls(**reading.read(data, family or {}))

    def together(self, width: int, height: int) -> int:
        """How many pictures of that size one call makes: large ones keep a GPU busy alone."""
        return self.images_per_call if width * height <= self.company_pixels else 1

    def following(self, picture: Size) -> Size:
        """The size to draw at when working from a picture of that size."""
        return sizes.following(picture, self["width"], self["height"], self.sizes)

    def check_size(self, width: int, height: int) -> None:
        """Where only a few sizes are possible; raises `ValueError` with a sentence."""
        if self.sizes and (width, height) not in self.sizes:
            possible = ", ".join(
                (_("%(across)s by %(down)s") % {"across": across, "down": down})
                for across, down in self.sizes
            )
            raise ValueError(
                _("This model draws %(possible)s pixels, not %(width)s by %(height)s.")
                % {"possible": possible, "width": width, "height": height}
            )

    def check_strength(self, steps: int, strength: float) -> None:
        """A part of the steps is drawn, and must be a whole one; raises `ValueError`."""
        if int(steps * strength) < 1:
            fewest = math.ceil(1 / strength)
            raise ValueError(
                _(
                    "With a strength of %(strength)s at least %(fewest)s steps are needed, not"
                    " %(steps)s."
                )
                % {"strength": written(strength), "fewest": fewest, "steps": steps}
            )

    @property
    def reads_at_most(self) -> int | None:
        """Tokens of a prompt; None where it reads all of any."""
        return None if self.long_prompts else self.prompt_tokens

    def remark_on(self, prompt: str, exactly: int | None = None) -> str:
        """What is said of a prompt whose end the model does not read; else empty. `exactly` is how
        many tokens it has, where that is known."""
        return tokens.remark(prompt, self.reads_at_most, exactly)

    def as_dict(self) -> dict[str, Any]:
        """For `/api/models` and for the form's script."""
        return {
            "parameters": {name: each.as_dict() for name, each in self.parameters.items()},
            "negative_prompt": self.negative_prompt,
            "modes": list(self.modes),
            "references": self.references,
            "schedulers": list(self.schedulers),
            "loras": {
                "max": self.loras,
                "weight": {"min": -LORA_WEIGHT, "max": LORA_WEIGHT},
            },
            "presets": {name: list(size) for name, size in self.presets.items()},
            "sizes": [list(size) for size in self.sizes],
            "upscaled_side": UPSCALED_SIDE,
            "count": {"min": 1, "max": MAX_COUNT, "default": 1},
            "seed": {"min": 0, "max": MAX_SEED},
            "prompt_length": PROMPT_LENGTH,
            "prompt_tokens": self.prompt_tokens,
            "long_prompts": self.long_prompts,
            "prompt_weights": self.prompt_weights,
        }

    def json_schema(self) -> dict[str, Any]:
        """A request for this model as JSON Schema (2020-12), with the API's names."""
        return schema(self)
