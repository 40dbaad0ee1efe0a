"""One number of a request: its range, the few values it may have, or the one it is fixed to."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from pixazo.texts.kept import shown
from pixazo.texts.numbers import written

LABELS = {
    "width": gettext_noop("Width"),
    "height": gettext_noop("Height"),
    "num_inference_steps": gettext_noop("Steps"),
    "guidance_scale": gettext_noop("Guidance"),
    "strength": gettext_noop("Strength"),
    "scale": gettext_noop("Scale"),
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
        return gettext(LABELS[self.name])

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
                raise ValueError(_("%(label)s must be a whole number.") % {"label": self.label})
            number = int(number)
        if self.enum and number not in self.enum:
            choices = f" {_('or')} ".join(written(each) for each in self.enum)
            raise ValueError(
                _("%(label)s must be %(choices)s for this model, not %(number)s.")
                % {"label": self.label, "choices": choices, "number": written(number)}
            )
        if not self.min <= number <= self.max:
            raise ValueError(
                _("%(label)s must be between %(min)s and %(max)s for this model, not %(number)s.")
                % {
                    "label": self.label,
                    "min": written(self.min),
                    "max": written(self.max),
                    "number": written(number),
                }
            )
        if self.name in SIDES and number % self.step:
            lower = int(number // self.step * self.step)
            raise ValueError(
                _(
                    "%(label)s must be a multiple of %(step)s: %(lower)s or %(upper)s, not"
                    " %(number)s."
                )
                % {
                    "label": self.label,
                    "step": written(self.step),
                    "lower": lower,
                    "upper": written(min(lower + self.step, self.max)),
                    "number": written(number),
                }
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
            return gettext_noop("%(label)s was not used: %(reason)s") % {
                "label": LABELS[self.name],
                "reason": self.reason,
            }
        return gettext_noop("%(label)s set to %(default)s: %(reason)s") % {
            "label": LABELS[self.name],
            "default": plain(self.default),
            "reason": self.reason,
        }

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"enum": list(self.enum), "reason": shown(self.reason)}


def as_number(value: Any, label: str) -> float:
    """A finite number from JSON or from a form's text; raises `ValueError` with a sentence."""
    is_written = (
        isinstance(value, str) and len(value) <= LONGEST and WRITTEN.fullmatch(value.strip())
    )
    if isinstance(value, bool) or not (is_written or isinstance(value, int | float)):
        raise ValueError(_("%(label)s must be a number.") % {"label": label})
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(_("%(label)s must be a number.") % {"label": label})
    return number


def is_empty(value: Any) -> bool:
    """Left out, by a program or in a form."""
    return value is None or (isinstance(value, str) and not value)


def plain(number: float) -> str:
    return f"{number:g}" if number % 1 else f"{int(number)}"
