"""The only place that turns `MODEL_*` variables into rows of the catalogue.

    MODEL_1=Sana; owner/name; Quick.; huggingface; no; {"fixed_steps": 2}

The database is the truth (C23): a line makes a model where there is none of that name, and never
changes one that is there. A line has all of its first five fields, and is imported whole or not at
all; a start goes on without the models whose lines can't be read.
"""

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from generation.catalogue import rules
from generation.catalogue.local import LOCAL_MODELS
from generation.models import ImageModel

FIELDS = ("name", "repository or path", "description", "source", "requires_auth")
HUB = {"huggingface", "hf", "hub"}
LOCAL = {"local", "file", "folder"}
YES, NO = {"true", "yes", "1", "on"}, {"false", "no", "0", "off"}
# Of a row of the catalogue with the same address, a line takes what it does not say itself.
TAKEN = ("family", "contract_data", "download_gb", "memory_gb", "is_gated", "units")


def import_models(lines: Mapping[str, str]) -> list[str]:
    """Make what is missing; sentences about the lines that can't be read, each with its name."""
    there = set(ImageModel.objects.values_list("slug", flat=True)) if lines else set()
    complaints = []
    seen: dict[str, str] = {}
    for name, line in lines.items():
        try:
            model = read(line)
            if model.slug in seen:
                complaints.append(f"{name}: the model's name is that of {seen[model.slug]}.")
            elif model.slug not in there:
                model.full_clean(exclude={"slug"})
                rules.check(model)
                # Another process that starts at this moment may import the same lines.
                ImageModel.objects.bulk_create([model], ignore_conflicts=True)
            seen.setdefault(model.slug, name)
        except ValidationError as error:
            complaints.append(f"{name}: {' '.join(error.messages)}")
        except ValueError as error:
            complaints.append(f"{name}: {error}")
    return complaints


def read(line: str) -> ImageModel:
    """The unsaved model of a line; raises `ValueError` with a sentence."""
    # At most five times: the JSON may have semicolons of its own.
    fields = [field.strip() for field in line.split(";", len(FIELDS))]
    _check_fields(fields)
    name, address, description, source, requires_auth = fields[: len(FIELDS)]
    options = "".join(fields[len(FIELDS) :])
    slug = slugify(name)
    if not slug:
        raise ValueError("the name needs letters or digits.")
    _check_source(source.lower(), address)
    known: dict[str, Any] = next((row for row in LOCAL_MODELS if row["address"] == address), {})
    model = ImageModel(
        slug=slug[:50],
        name=name,
        address=address,
        description=description,
        **{field: known[field] for field in TAKEN if field in known},
    )
    model.is_gated = _yes_or_no(requires_auth.lower())
    _apply(model, _options(options))
    return model


def _check_fields(fields: list[str]) -> None:
    """All are there, and none is empty but the description."""
    wanted = "; ".join(FIELDS)
    if len(fields) < len(FIELDS):
        missing = ", ".join(FIELDS[len(fields) :])
        raise ValueError(
            f"a line has five fields or six ({wanted}; options as JSON), and this one lacks"
            f" {missing}."
        )
    empty = [
        what
        for what, field in zip(FIELDS, fields, strict=False)
        if not field and what != "description"
    ]
    if empty:
        raise ValueError(f"of its five fields ({wanted}) {', '.join(empty)} must not be empty.")


def _check_source(source: str, address: str) -> None:
    if source in LOCAL:
        if not PurePath(address).is_absolute():
            raise ValueError("the path of a local model must be absolute.")
    elif source not in HUB:
        raise ValueError(f"the source is huggingface or local, not {source}.")


def _yes_or_no(text: str) -> bool:
    if text not in YES | NO:
        raise ValueError(f"requires_auth is true or false, not {text}.")
    return text in YES


def _options(text: str) -> dict[str, Any]:
    try:
        options = json.loads(text or "{}")
    except ValueError:
        raise ValueError("the options are not JSON.") from None
    if not isinstance(options, dict):
        raise ValueError("the options must be a JSON object.")
    if unknown := sorted(set(options) - {"fixed_steps", "steps", "family", "contract", "options"}):
        raise ValueError(f"the options don't know {', '.join(unknown)}.")
    if "fixed_steps" in options and "steps" in options:
        raise ValueError("the options have either fixed_steps or steps.")
    return options


def _apply(model: ImageModel, options: Mapping[str, Any]) -> None:
    contract = dict(model.contract_data)
    if "contract" in options:
        contract |= _object("contract", options["contract"])
    if "fixed_steps" in options:
        contract["num_inference_steps"] = {"fixed": _whole("fixed_steps", options["fixed_steps"])}
    if "steps" in options:
        steps = _object("steps", options["steps"])
        if unknown := sorted(set(steps) - {"min", "max", "default"}):
            raise ValueError(f"steps don't know {', '.join(unknown)}.")
        contract["num_inference_steps"] = {
            name: _whole(f"{name} of steps", value) for name, value in steps.items()
        }
    model.contract_data = contract
    model.family = str(options.get("family", model.family))
    model.options = _object("options", options.get("options", {}))


def _object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a JSON object.")
    return value


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1000:
        raise ValueError(f"{name} must be a whole number from 1 to 1000.")
    return value
