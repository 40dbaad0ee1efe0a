"""What people read for an experiment's axes and their values, in their own language: rows keep what
was set, and words for it in English."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from generation import labels
from pixazo.texts.kept import shown
from pixazo.texts.numbers import written


def axis_label(axis: Mapping[str, Any]) -> str:
    return shown(axis["label"])


def value_label(axis: Mapping[str, Any], number: int) -> str:
    """Of the axis' value with this number. Prompts, models and styles stay as they are called."""
    value = axis["values"][number]
    name, label = axis["name"], str(value["label"])
    sets: Mapping[str, Any] = value.get("sets") or {}
    if name == "scheduler" and name in sets:
        return labels.scheduler(sets[name])
    if name == "style" and sets.get(name) == "":
        return _("No style")
    if name == "negative_prompt" and sets.get(name) == "":
        return _("nothing")
    if isinstance(sets.get(name), float):
        return written(sets[name])
    return label
