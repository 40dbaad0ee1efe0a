"""Reads a stored contract: what is left out falls back, what is wrong is said to staff."""

from collections.abc import Mapping
from functools import reduce
from math import gcd
from typing import Any

from django.utils.translation import gettext_noop

from generation.contract.limits import MAX_LORAS, MODES, UPSCALED_SIDE
from generation.contract.parameter import SIDES, Parameter, plain
from generation.contract.sizes import Size, presets

FALLBACK: dict[str, dict[str, Any]] = {
    "width": {"default": 512, "min": 64, "max": 2048, "step": 8},
    "height": {"default": 512, "min": 64, "max": 2048, "step": 8},
    "num_inference_steps": {"default": 30, "min": 20, "max": 50, "step": 1},
    "guidance_scale": {"default": 7.0, "min": 0.0, "max": 20.0, "step": 0.1},
    "strength": {"default": 0.6, "min": 0.05, "max": 1.0, "step": 0.05},
    "scale": {"default": 2.0, "min": 2.0, "max": 4.0, "step": 1.0, "enum": [2, 4]},
}
# What a model may have no use for: `false`, and what is said then.
UNUSED = {
    "guidance_scale": gettext_noop("this model is not guided."),
    "strength": gettext_noop("this model looks at the picture and decides itself."),
}
SWITCHES = {"negative_prompt": True, "long_prompts": False, "prompt_weights": False}
# The lowest, the highest and the usual.
WHOLE = {
    "images_per_call": (1, 16, 1),
    # Of a picture that shares a call: larger ones fill a GPU alone.
    "company_pixels": (0, UPSCALED_SIDE**2, 512 * 512),
    "references": (0, 16, 0),
    "loras": (0, MAX_LORAS, 0),
}
LISTS = ("modes", "schedulers", "sizes")
KNOWN = {*FALLBACK, *SWITCHES, *WHOLE, *LISTS, "prompt_tokens", "presets"}


def read(data: Any, family: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `Contract`; raises `ValueError`."""
    if not isinstance(data, Mapping):
        raise ValueError("The contract must be a JSON object.")
    if unknown := sorted(set(data) - KNOWN):
        raise ValueError(f"The contract doesn't know {', '.join(unknown)}.")
    merged = {**family, **data}
    sizes = _sizes(merged.get("sizes", []))
    parameters = {
        name: _parameter(name, data.get(name), family.get(name))
        for name in FALLBACK
        if not (sizes and name in SIDES)
    }
    parameters = _sides(sizes) | parameters
    modes = _modes(merged.get("modes", ["text"]))
    return {
        "parameters": {name: each for name, each in parameters.items() if _belongs(name, modes)},
        **{name: _switch(name, merged.get(name, usual)) for name, usual in SWITCHES.items()},
        **{name: _whole(name, merged.get(name, WHOLE[name][2])) for name in WHOLE},
        "prompt_tokens": _tokens(merged.get("prompt_tokens")),
        "modes": modes,
        "schedulers": _names("schedulers", merged.get("schedulers", [])),
        "sizes": sizes,
        "presets": _chosen(merged.get("presets"))
        or presets(parameters["width"], parameters["height"], sizes),
    }


def _parameter(name: str, own: Any, family: Any) -> Parameter:
    """The model's own word before its family's; ranges are laid over each other."""
    given = family if own is None else own
    if given is None:
        given = {}
    if given is False and name in UNUSED:
        return Parameter(name, 0.0, 0.0, 0.0, 1.0, fixed=True, reason=UNUSED[name], used=False)
    if not isinstance(given, Mapping):
        raise ValueError(f"{name} must be a JSON object.")
    keys = {"default", "min", "max", "step", "fixed", "reason", "enum"}
    if unknown := sorted(set(given) - keys):
        raise ValueError(f"{name} doesn't know {', '.join(unknown)}.")
    numbers = {key: value for key, value in given.items() if key not in ("reason", "enum")}
    if bad := [key for key, value in numbers.items() if not _is_number(value)]:
        raise ValueError(f"{name}: {', '.join(bad)} must be numbers.")
    reason = str(given.get("reason", ""))
    if "fixed" in given:
        value = given["fixed"]
        reason = reason or (
            gettext_noop("This model always uses %(value)s.") % {"value": plain(value)}
        )
        step = given.get("step", FALLBACK[name]["step"])
        return Parameter(name, value, value, value, step, fixed=True, reason=reason)
    values = _values(name, given, family if _is_range(family) else {})
    return Parameter(name, reason=reason, **values)


def _values(name: str, given: Mapping[str, Any], family: Mapping[str, Any]) -> dict[str, Any]:
    under = FALLBACK[name] | {key: family[key] for key in family if key != "reason"}
    values = under | {key: given[key] for key in given if key != "reason"}
    if not {"enum"} & set(given) and {"min", "max"} & set(given):
        values["enum"] = []  # a range of its own in place of the usual few values
    values["enum"] = _enum(name, values.get("enum", []))
    if values["enum"]:
        values["min"], values["max"] = min(values["enum"]), max(values["enum"])
    if "default" not in given:
        values["default"] = min(max(values["default"], values["min"]), values["max"])
    if not values["min"] <= values["default"] <= values["max"] or values["step"] <= 0:
        raise ValueError(f"{name}: min ≤ default ≤ max and a step above 0 are needed.")
    if values["enum"] and values["default"] not in values["enum"]:
        raise ValueError(f"{name}: the default must be one of enum.")
    if name in SIDES:
        sides = [values[key] for key in ("min", "max", "default")]
        if any(side % values["step"] for side in sides):
            raise ValueError(f"{name}: min, max and default must be multiples of step.")
    if name == "strength" and values["min"] <= 0:
        raise ValueError("strength: min must be above 0, or nothing would be drawn.")
    return values


def _belongs(name: str, modes: tuple[str, ...]) -> bool:
    """Strength and scale are for working from a picture."""
    if name == "scale":
        return "upscale" in modes
    return name != "strength" or modes != ("text",)


def _is_range(family: Any) -> bool:
    return isinstance(family, Mapping) and "fixed" not in family


def _enum(name: str, given: Any) -> tuple[float, ...]:
    if not isinstance(given, list | tuple) or not all(_is_number(each) for each in given):
        raise ValueError(f"{name}: enum must be a list of numbers.")
    return tuple(given)


def _sizes(given: Any) -> tuple[Size, ...]:
    is_list = isinstance(given, list | tuple)
    if not is_list or not all(_is_size(each) for each in given):
        raise ValueError("sizes must be a list of [width, height].")
    return tuple((width, height) for width, height in given)


def _sides(sizes: tuple[Size, ...]) -> dict[str, Parameter]:
    """Width and height where only a few sizes are possible; the first is the default."""
    sides = {}
    for place, name in enumerate(SIDES if sizes else ()):
        values = sorted({size[place] for size in sizes})
        step = reduce(gcd, values)
        sides[name] = Parameter(
            name, sizes[0][place], values[0], values[-1], step, enum=tuple(values)
        )
    return sides


def _chosen(given: Any) -> dict[str, Size]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(_is_size(size) for size in given.values()):
        raise ValueError("presets must be a JSON object of [width, height].")
    return {str(name): (size[0], size[1]) for name, size in given.items()}


def _modes(given: Any) -> tuple[str, ...]:
    modes = _names("modes", given)
    if not modes:
        raise ValueError("modes must be a list of names.")
    if unknown := sorted(set(modes) - set(MODES)):
        raise ValueError(f"modes doesn't know {', '.join(unknown)}.")
    return modes


def _names(key: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise ValueError(f"{key} must be a list of names.")
    return tuple(given)


def _switch(name: str, given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError(f"{name} must be true or false.")
    return given


def _whole(name: str, given: Any) -> int:
    lowest, highest, _ = WHOLE[name]
    if not isinstance(given, int) or isinstance(given, bool) or not lowest <= given <= highest:
        raise ValueError(f"{name} must be a whole number from {lowest} to {highest}.")
    return given


def _tokens(given: Any) -> int | None:
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise ValueError("prompt_tokens must be a whole number above 0, or null.")
    return given


def _is_size(given: Any) -> bool:
    return (
        isinstance(given, list | tuple)
        and len(given) == 2
        and all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in given)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
