"""What somebody asks for: the request that all pictures share, what varies, and the budget."""

from dataclasses import dataclass, field
from typing import Any

# Of the shared request, by the names of the studio's form.
TEXTS = (
    "prompt",
    "negative_prompt",
    "model",
    "style",
    "theme",
    "scheduler",
    "mode",
    "time_class",
    "topic",
)
NUMBERS = ("width", "height", "num_inference_steps", "guidance_scale", "strength", "scale", "seed")
PICTURES = ("source", "mask", "reference")


@dataclass(frozen=True)
class Asked:
    base: dict[str, Any]
    axes: tuple[tuple[str, str], ...] = ()  # the name of each, and its values as they were typed
    rows: str = ""  # of a list, as pasted
    is_list: bool = False
    name: str = ""
    budget: dict[str, Any] = field(default_factory=dict)  # ceiling, stop_after, pause_after
    skips: bool = False  # go on without what is not possible
    key: str = ""

    def as_dict(self) -> dict[str, Any]:
        """To be kept, and asked for again."""
        return {
            "base": self.base,
            "axes": [list(axis) for axis in self.axes],
            "rows": self.rows,
            "is_list": self.is_list,
            "name": self.name,
            "budget": self.budget,
            "skips": self.skips,
        }

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Asked":
        axes = tuple((name, text) for name, text in kept.get("axes", []))
        return cls(**{**kept, "axes": axes})
