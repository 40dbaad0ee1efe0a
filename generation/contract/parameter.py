"""One number of a request: its range, the few values it may have, or the one it is fixed to."""

import re
from dataclasses import asdict, dataclass
from typing import Any

LABELS = {
    "width": "Width",
    "height": "Height",
    "num_inference_steps": "Steps",
    "guidance_scale": "Guidance",
    "strength": "Strength",
    "scale": "Scale",
}
FRACTIONS = ("guidance_scale", "strength", "scale")
SIDES = ("width", "height")
# What a form may send; Python's own reading takes "1_000" and other alphabets' digits, too.
WRITTEN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
LONGEST = 40  # characters of a number


@dataclass(frozen=True)
class Parameter:
    """`used` is False for what the model has no use for; it is fixed then."""

    name: str
    default: float
    min: float
    max: float
    step: float
    fixed: bool = False
    reason: str = ""
    enum: tuple[float, ...] = ()
    used: bool = True

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def is_whole(self) -> bool:
        return self.name not in FRACTIONS

    @property
    def value(self) -> float:
        """The default, as what the request holds."""
        return int(self.default) if self.is_whole else float(self.default)

    def check(self, value: Any) -> float:
        """The value as a number; raises `ValueError` with a sentence that names the limit."""
        number = as_number(value, self.label)
        if self.is_whole:
            if number != int(number):
                raise ValueError(f"{self.label} must be a whole number.")
            number = int(number)
        if self.enum and number not in self.enum:
            choices = " or ".join(plain(each) for each in self.enum)
            raise ValueError(f"{self.label} must be {choices} for this model, not {plain(number)}.")
        if not self.min <= number <= self.max:
            raise ValueError(
                f"{self.label} must be between {plain(self.min)} and {plain(self.max)}"
                f" for this model, not {plain(number)}."
            )
        if self.name in SIDES and number % self.step:
            lower = int(number // self.step * self.step)
            raise ValueError(
                f"{self.label} must be a multiple of {plain(self.step)}:"
                f" {lower} or {plain(min(lower + self.step, self.max))}, not {plain(number)}."
            )
        return number

    def nearest(self, value: float) -> float:
        """The allowed value that is nearest."""
        if self.enum:
            return min(self.enum, key=lambda each: abs(each - value))
        if self.name in SIDES:
            value = round(value / self.step) * self.step
        return min(max(value, self.min), self.max)

    def corrected(self, value: Any) -> str:
        """What is said of a value that was sent although it is fixed; empty if it is the same."""
        try:
            if as_number(value, self.label) == self.default:
                return ""
        except ValueError:
            pass
        if not self.used:
            return f"{self.label} was not used: {self.reason}"
        return f"{self.label} set to {plain(self.default)}: {self.reason}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"enum": list(self.enum)}


def as_number(value: Any, label: str) -> float:
    """A finite number from JSON or from a form's text; raises `ValueError` with a sentence."""
    is_written = (
        isinstance(value, str) and len(value) <= LONGEST and WRITTEN.fullmatch(value.strip())
    )
    if isinstance(value, bool) or not (is_written or isinstance(value, int | float)):
        raise ValueError(f"{label} must be a number.")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f"{label} must be a number.")
    return number


def is_empty(value: Any) -> bool:
    """Left out, by a program or in a form."""
    return value is None or (isinstance(value, str) and not value)


def plain(number: float) -> str:
    return f"{number:g}" if number % 1 else f"{int(number)}"
