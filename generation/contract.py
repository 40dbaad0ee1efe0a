"""An ImageModel's contract: per parameter default, min, max, step, enum, fixed; and its modes.

The same data draws the form, checks a request, and is what `/api/models` answers. Stored as JSON
on the model; what is left out falls back to `FALLBACK` (steps: S432).

    {"width": {"default": 1024, "min": 512, "max": 1536, "step": 8},
     "num_inference_steps": {"fixed": 2, "reason": "This model is distilled to two steps."},
     "negative_prompt": false, "modes": ["text"]}
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

PROMPT_LENGTH = 4000
MAX_SEED = 2**32 - 1
MAX_COUNT = 4

FALLBACK: dict[str, dict[str, Any]] = {
    "width": {"default": 512, "min": 64, "max": 2048, "step": 8},
    "height": {"default": 512, "min": 64, "max": 2048, "step": 8},
    "num_inference_steps": {"default": 30, "min": 20, "max": 50, "step": 1},
    "guidance_scale": {"default": 7.0, "min": 0.0, "max": 20.0, "step": 0.1},
}
LABELS = {
    "width": "Width",
    "height": "Height",
    "num_inference_steps": "Steps",
    "guidance_scale": "Guidance",
}
PRESETS = ("1:1", "4:5", "2:3", "3:2", "16:9", "9:16")


@dataclass(frozen=True)
class Parameter:
    """One number of a request: its range, or the one value it is fixed to and why."""

    name: str
    default: float
    min: float
    max: float
    step: float
    fixed: bool = False
    reason: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def is_whole(self) -> bool:
        return self.name != "guidance_scale"

    def check(self, value: Any) -> float:
        """The value as a number; raises `ValueError` with a sentence that names the limit."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{self.label} must be a number.") from None
        if number != number or number in (float("inf"), float("-inf")):
            raise ValueError(f"{self.label} must be a number.")
        if self.is_whole:
            if number != int(number):
                raise ValueError(f"{self.label} must be a whole number.")
            number = int(number)
        if not self.min <= number <= self.max:
            raise ValueError(
                f"{self.label} must be between {_plain(self.min)} and {_plain(self.max)}"
                f" for this model, not {_plain(number)}."
            )
        if self.name in ("width", "height") and number % self.step:
            lower = int(number // self.step * self.step)
            raise ValueError(
                f"{self.label} must be a multiple of {_plain(self.step)}:"
                f" {lower} or {_plain(min(lower + self.step, self.max))}, not {_plain(number)}."
            )
        return number


@dataclass(frozen=True)
class Contract:
    parameters: Mapping[str, Parameter]
    negative_prompt: bool = True
    modes: tuple[str, ...] = ("text",)
    images_per_call: int = 1
    presets: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Parameter:
        return self.parameters[name]

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Contract":
        """Read the stored JSON; raises `ValueError` with a sentence for staff."""
        if not isinstance(data, Mapping):
            raise ValueError("The contract must be a JSON object.")
        known = {*FALLBACK, "negative_prompt", "modes", "images_per_call"}
        if unknown := sorted(set(data) - known):
            raise ValueError(f"The contract doesn't know {', '.join(unknown)}.")
        parameters = {name: _parameter(name, data.get(name, {})) for name in FALLBACK}
        per_call = data.get("images_per_call", 1)
        if not isinstance(per_call, int) or not 1 <= per_call <= 16:
            raise ValueError("images_per_call must be a whole number from 1 to 16.")
        modes = tuple(data.get("modes", ["text"]))
        if not modes or not all(isinstance(mode, str) for mode in modes):
            raise ValueError("modes must be a list of names.")
        return cls(
            parameters=parameters,
            negative_prompt=bool(data.get("negative_prompt", True)),
            modes=modes,
            images_per_call=per_call,
            presets=_presets(parameters["width"], parameters["height"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """For `/api/models` and for the form's script."""
        return {
            "parameters": {name: asdict(each) for name, each in self.parameters.items()},
            "negative_prompt": self.negative_prompt,
            "modes": list(self.modes),
            "presets": {name: list(size) for name, size in self.presets.items()},
            "count": {"min": 1, "max": MAX_COUNT, "default": 1},
            "seed": {"min": 0, "max": MAX_SEED},
            "prompt_length": PROMPT_LENGTH,
        }


def _parameter(name: str, given: Any) -> Parameter:
    if not isinstance(given, Mapping):
        raise ValueError(f"{name} must be a JSON object.")
    if unknown := sorted(set(given) - {"default", "min", "max", "step", "fixed", "reason"}):
        raise ValueError(f"{name} doesn't know {', '.join(unknown)}.")
    numbers = {key: value for key, value in given.items() if key != "reason"}
    if bad := [key for key, value in numbers.items() if not _is_number(value)]:
        raise ValueError(f"{name}: {', '.join(bad)} must be numbers.")
    reason = str(given.get("reason", ""))
    if "fixed" in given:
        value = given["fixed"]
        reason = reason or f"This model always uses {_plain(value)}."
        step = given.get("step", FALLBACK[name]["step"])
        return Parameter(name, value, value, value, step, fixed=True, reason=reason)
    values = FALLBACK[name] | numbers
    if "default" not in given:
        values["default"] = min(max(values["default"], values["min"]), values["max"])
    if not values["min"] <= values["default"] <= values["max"] or values["step"] <= 0:
        raise ValueError(f"{name}: min ≤ default ≤ max and a step above 0 are needed.")
    if name in ("width", "height"):
        sides = [values[key] for key in ("min", "max", "default")]
        if any(side % values["step"] for side in sides):
            raise ValueError(f"{name}: min, max and default must be multiples of step.")
    return Parameter(name, reason=reason, **values)


def _presets(width: Parameter, height: Parameter) -> dict[str, tuple[int, int]]:
    """A size for each ratio, with about the area of the default and inside the ranges."""
    area = width.default * height.default
    sizes = {}
    for name in PRESETS:
        across, down = (int(part) for part in name.split(":"))
        ratio = across / down
        size = (
            _nearest((area * ratio) ** 0.5, width),
            _nearest((area / ratio) ** 0.5, height),
        )
        if abs(size[0] / size[1] / ratio - 1) < 0.15:
            sizes[name] = size
    return sizes


def _nearest(value: float, side: Parameter) -> int:
    return int(min(max(round(value / side.step) * side.step, side.min), side.max))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(number: float) -> str:
    return f"{number:g}" if number % 1 else str(int(number))
