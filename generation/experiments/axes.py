"""What an experiment can vary, and how the values that were typed become parts of a request."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from generation import labels
from generation.contract import LORA_WEIGHT, plain
from generation.experiments import values
from generation.experiments.place import Place
from generation.models import ImageModel
from pixazo.errors import UserError
from pixazo.texts.kept import shown
from pixazo.texts.numbers import written

MOST = 3
LORA = "lora:"
# In the order of the form.
LABELS = {
    "prompt": gettext_noop("Prompt"),
    "negative_prompt": gettext_noop("Leave out"),
    "model": gettext_noop("Model"),
    "seed": gettext_noop("Seed"),
    "num_inference_steps": gettext_noop("Steps"),
    "guidance_scale": gettext_noop("Guidance"),
    "size": gettext_noop("Size"),
    "style": gettext_noop("Style"),
    "scheduler": gettext_noop("Sampler"),
    "strength": gettext_noop("Strength"),
}
# Of a range that was typed without a step.
STEPS = {"strength": 0.1, LORA: 0.1}
NONE = "none"
OWN = "own"  # the sampler that a model brings along


@dataclass(frozen=True)
class Value:
    label: str
    sets: dict[str, Any]  # of the request, by the names of the form


@dataclass(frozen=True)
class Axis:
    name: str
    label: str
    values: tuple[Value, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label,
            "values": [{"label": each.label, "sets": each.sets} for each in self.values],
        }


@dataclass(frozen=True)
class Ground:
    """What an axis is laid over. `alone`: no other axis changes the model, so that its contract
    holds for every cell."""

    place: Place
    model: ImageModel
    alone: bool = True


def read(ground: Ground, name: str, text: str) -> Axis:
    """Raises `UserError` with a sentence for whoever typed it."""
    label = label_of(ground.place, name)
    try:
        found = _reader(name)(ground, name, text)
    except ValueError as error:
        raise UserError(str(error), code="invalid") from None
    if not found:
        raise UserError(
            _("%(label)s: this axis has no values yet.") % {"label": shown(label)}, code="invalid"
        )
    return Axis(name, label, tuple(found))


def label_of(place: Place, name: str) -> str:
    if name.startswith(LORA):
        lora = place.loras.get(name.removeprefix(LORA))
        if lora is None:
            raise UserError(_("There is no such LoRA that you can use."), code="invalid")
        return gettext_noop("Weight of %(name)s") % {"name": lora.name}
    if name not in LABELS:
        known = ", ".join([*LABELS, "lora:<name>"])
        raise UserError(_("An axis must be one of %(known)s.") % {"known": known}, code="invalid")
    return LABELS[name]


def possible(model: ImageModel) -> list[str]:
    """Which axes make a difference for this model, by its contract; those of LoRAs are further."""
    contract = model.contract
    names = [name for name in LABELS if name not in ("strength", "scheduler", "negative_prompt")]
    for name in ("num_inference_steps", "guidance_scale"):
        if contract[name].fixed:
            names.remove(name)
    if contract.negative_prompt:
        names.insert(1, "negative_prompt")
    if contract.schedulers:
        names.append("scheduler")
    if "strength" in contract.parameters and not contract["strength"].fixed:
        names.append("strength")
    return names


Reader = Callable[[Ground, str, str], list[Value]]


def _reader(name: str) -> Reader:
    if name.startswith(LORA):
        return _weights
    readers: dict[str, Reader] = {
        "prompt": _texts,
        "negative_prompt": _texts,
        "model": _models,
        "size": _sizes,
        "style": _styles,
        "scheduler": _schedulers,
    }
    return readers.get(name, _numbers)


def _texts(ground: Ground, name: str, text: str) -> list[Value]:
    found = values.lines(text)
    values.check_count(found, LABELS[name])
    if name == "negative_prompt":
        if ground.alone and not ground.model.contract.negative_prompt:
            raise ValueError(
                _("%(name)s can't leave things out: this axis changes nothing.")
                % {"name": ground.model.name}
            )
        found = ["" if each.lower() == NONE else each for each in found]
    return [Value(each or "nothing", {name: each}) for each in found]


def _numbers(ground: Ground, name: str, text: str) -> list[Value]:
    label = LABELS[name]
    parameter = ground.model.contract.parameters.get(name) if ground.alone else None
    if name == "strength" and ground.alone and parameter is None:
        raise ValueError(
            _("%(name)s draws from text only: strength changes nothing.")
            % {"name": ground.model.name}
        )
    if parameter and parameter.fixed:
        raise ValueError(
            _("%(label)s changes nothing here. %(reason)s")
            % {"label": shown(label), "reason": shown(parameter.reason)}
        )
    found = values.numbers(text, label, STEPS.get(name, 1))
    for number in found:
        if parameter:
            parameter.check(number)
    return [Value(plain(number), {name: number}) for number in found]


def _weights(ground: Ground, name: str, text: str) -> list[Value]:
    slug = name.removeprefix(LORA)
    label = gettext_noop("Weight of %(name)s") % {"name": ground.place.loras[slug].name}
    if ground.alone and not ground.model.contract.loras:
        raise ValueError(_("%(name)s can't be used with LoRAs.") % {"name": ground.model.name})
    found = values.numbers(text, label, STEPS[LORA])
    for number in found:
        if abs(number) > LORA_WEIGHT:
            most = written(LORA_WEIGHT)
            raise ValueError(
                _("%(label)s must be between -%(most)s and %(most)s, not %(number)s.")
                % {"label": shown(label), "most": most, "number": written(number)}
            )
    return [Value(plain(number), {name: number}) for number in found]


def _sizes(ground: Ground, name: str, text: str) -> list[Value]:
    found: dict[str, Value] = {}
    for part in values.parts(text):
        size = ground.model.contract.presets.get(part) or _size(part)
        label = f"{size[0]}x{size[1]}"
        found[label] = Value(label, {"width": size[0], "height": size[1]})
    values.check_count(list(found), "Size")
    return list(found.values())


def _size(part: str) -> tuple[int, int]:
    sides = [side.strip() for side in re.split(r"[x\u00d7]", part.lower())]
    if len(sides) != 2 or not all(s.isascii() and s.isdigit() and len(s) < 6 for s in sides):
        raise ValueError(
            _("Size: “%(part)s” is none. Write it as 512x768, or as one of the model's ratios.")
            % {"part": part[:40]}
        )
    return int(sides[0]), int(sides[1])


def _models(ground: Ground, name: str, text: str) -> list[Value]:
    found = {}
    for part in values.parts(text):
        chosen = ground.place.model(part)
        found[chosen.slug] = Value(chosen.name, {"model": chosen.slug})
    return list(found.values())


def _styles(ground: Ground, name: str, text: str) -> list[Value]:
    found = {}
    for part in values.lines(text) if "\n" in text.strip() else values.parts(text):
        style = None if part.lower() == NONE else ground.place.style(part)
        label, pk = (style.name, str(style.pk)) if style else (gettext_noop("No style"), "")
        found[pk] = Value(label, {"style": pk})
    return list(found.values())


def _schedulers(ground: Ground, name: str, text: str) -> list[Value]:
    model = ground.model
    known = model.contract.schedulers if ground.alone else tuple(labels.SCHEDULERS)
    if not known:
        raise ValueError(_("%(model)s has only its own sampler.") % {"model": model.name})
    by_label = {labels.scheduler(each).lower(): each for each in ("", *known)} | {OWN: ""}
    found = {}
    for part in values.parts(text):
        chosen = by_label.get(part.lower(), part.lower())
        if chosen and chosen not in known:
            raise ValueError(
                _("Sampler: “%(part)s” is none of %(known)s, which %(model)s has.")
                % {"part": part[:40], "known": ", ".join(known), "model": model.name}
            )
        found[chosen] = Value(labels.scheduler(chosen), {"scheduler": chosen})
    return list(found.values())
