"""What a tool takes, as JSON Schema, from the contracts of the models that its caller may use (D9).

One schema for all of them: a model is a value in it. Where they differ the widest range is given,
and each model's own in words; what a model can't do is refused, or corrected and said so, by the
same contract as at every door. No `anyOf` at the top: several language models take none there.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from generation.contract import MAX_COUNT, MAX_SEED, PROMPT_LENGTH, VARIATIONS, Parameter
from generation.models import Batch, ImageModel
from pixazo.texts.kept import shown
from pixazo.texts.numbers import written

PICTURE = "image:<id> or upload:<id> of the site, an http(s) address, or a data: URL."
LONGEST_WAIT = 300


def making(user: Any, modes: Iterable[str], **more: dict[str, Any]) -> dict[str, Any]:
    """For a tool that makes pictures in one of these modes; `more` are properties of its own."""
    wanted = set(modes)
    models = [each for each in usable(user) if wanted & set(each.contract.modes)]
    properties: dict[str, Any] = {
        "prompt": {
            "type": "string",
            "maxLength": PROMPT_LENGTH,
            "description": "What shall be seen, in English.",
        },
        **more,
        "negative_prompt": _negative_prompt(models),
        "model": _model(models),
        "num_steps": _number(models, "num_inference_steps"),
        "guidance_scale": _number(models, "guidance_scale"),
        "seed": {
            "type": "integer",
            "minimum": -1,
            "maximum": MAX_SEED,
            "description": "The same seed makes the same picture. -1 or none: by chance.",
        },
        "scheduler": _schedulers(models),
        "loras": _loras(models),
        **asking(),
    }
    return of({name: each for name, each in properties.items() if each})


def size(user: Any) -> dict[str, Any]:
    models = [each for each in usable(user) if Batch.Mode.TEXT in each.contract.modes]
    return {name: _number(models, name) for name in ("width", "height")}


def asking() -> dict[str, Any]:
    """Of every tool that asks for pictures."""
    return {
        "workspace": {
            "type": "string",
            "description": "Slug of the workspace to make it in (list_workspaces). None: where the"
            " person worked last.",
        },
        "topic": {"type": "string", "description": "Id of a topic of that workspace."},
        "idempotency_key": {
            "type": "string",
            "maxLength": 100,
            "description": "The same key and arguments return what was made first, and cost nothing"
            " again: for a call that is repeated because its answer was lost.",
        },
        "wait_seconds": wait_seconds(),
    }


def wait_seconds() -> dict[str, Any]:
    return {
        "type": "number",
        "minimum": 0,
        "maximum": LONGEST_WAIT,
        "description": "So long the call waits for the pictures; then it says where they will be.",
    }


def count() -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": MAX_COUNT, "default": 1}


def style() -> dict[str, Any]:
    return {"type": "string", "description": "Name or id of a style (list_styles)."}


def strength(user: Any) -> dict[str, Any]:
    models = [each for each in usable(user) if Batch.Mode.IMAGE in each.contract.modes]
    said = _number(models, "strength")
    return said and said | {"description": "How much is drawn anew: 0 nothing, 1 all."}


def scale(user: Any) -> dict[str, Any]:
    models = [each for each in usable(user) if Batch.Mode.UPSCALE in each.contract.modes]
    said = _number(models, "scale")
    return said and said | {"description": "How many times as wide and high."}


def variation() -> dict[str, Any]:
    return {"type": "string", "enum": list(VARIATIONS)}


def picture(what: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": f"{what} {PICTURE}"}


def text(what: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": what, **more}


def of(properties: dict[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    known: dict[str, Any] = {"type": "object", "properties": properties}
    return known | ({"required": list(required)} if required else {})


def usable(user: Any) -> list[ImageModel]:
    return list(ImageModel.objects.usable_by(user))


def _model(models: Sequence[ImageModel]) -> dict[str, Any]:
    if not models:
        return {}
    named = "; ".join(f"{each.slug}: {shown(each.description) or each.name}" for each in models)
    first = next((each.slug for each in models if not each.trouble), models[0].slug)
    return {
        "type": "string",
        "enum": [each.slug for each in models],
        "description": f"None: the first that works, {first} at present. {named}",
    }


def _number(models: Sequence[ImageModel], name: str) -> dict[str, Any]:
    """The widest range; of several models, each one's own in words."""
    each = {model.slug: model.contract[name] for model in models if model.contract[name].used}
    free = [parameter for parameter in each.values() if not parameter.fixed]
    if not each:
        return {}
    said: dict[str, Any] = {"type": "integer" if _is_whole(each.values()) else "number"}
    if free:
        said["minimum"] = min(parameter.min for parameter in free)
        said["maximum"] = max(parameter.max for parameter in free)
        if said["type"] == "integer":
            said["minimum"], said["maximum"] = int(said["minimum"]), int(said["maximum"])
    said["description"] = "; ".join(f"{slug}: {_range(one)}" for slug, one in each.items())
    if len(each) == 1 and free and not free[0].enum:
        said |= {"default": free[0].value, "description": free[0].label}
    return said


def _is_whole(parameters: Iterable[Parameter]) -> bool:
    return all(parameter.is_whole for parameter in parameters)


def _range(parameter: Parameter) -> str:
    if parameter.fixed:
        return f"always {written(parameter.default)}. {shown(parameter.reason)}".strip()
    if parameter.enum:
        return " or ".join(map(written, parameter.enum))
    limits = f"{written(parameter.min)} to {written(parameter.max)}"
    return f"{limits}, else {written(parameter.value)}"


def _negative_prompt(models: Sequence[ImageModel]) -> dict[str, Any]:
    able = [model.slug for model in models if model.contract.negative_prompt]
    if not able:
        return {}
    of_some = "" if len(able) == len(models) else f" Only of use with {', '.join(able)}."
    return text(f"What shall not be seen.{of_some}", maxLength=PROMPT_LENGTH)


def _schedulers(models: Sequence[ImageModel]) -> dict[str, Any]:
    names = sorted({name for model in models for name in model.contract.schedulers})
    return (
        {"type": "string", "enum": names, "description": "None: the model's own."} if names else {}
    )


def _loras(models: Sequence[ImageModel]) -> dict[str, Any]:
    most = max((model.contract.loras for model in models), default=0)
    if not most:
        return {}
    return {
        "type": "array",
        "maxItems": most,
        "items": {"type": "string"},
        "description": "Such as ink or ink:0.8; list_models names those that fit a model.",
    }
