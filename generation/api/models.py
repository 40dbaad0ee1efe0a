"""`GET /api/models`: what may be picked, with all that a form needs (S263, S311, S422)."""

from typing import Any

from rest_framework.response import Response

from generation.contract import Parameter
from generation.families import are_alike
from generation.models import ImageModel, Lora
from pixazo.api import Door, DoorRequest
from pixazo.scopes import READ


class Models(Door):
    """Those that the caller's plan lets them use; `?schema=1` adds each one's JSON Schema."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        with_schema = request.query_params.get("schema") == "1"
        models = list(ImageModel.objects.usable_by(request.user))
        loras = _loras(request) if any(model.contract.loras for model in models) else []
        return Response({"models": [_answer(model, loras, with_schema) for model in models]})


def _loras(request: DoorRequest) -> list[Lora]:
    return list(Lora.objects.usable_by(request.user))


def _answer(model: ImageModel, loras: list[Lora], with_schema: bool) -> dict[str, Any]:
    """`loras` are all that the caller may use; the model's are those that fit it."""
    contract = model.contract
    limits = contract.as_dict()
    if contract.loras:
        limits["loras"]["names"] = [
            _lora(lora) for lora in loras if are_alike(lora.family, model.family)
        ]
    schema = {"schema": contract.json_schema()} if with_schema else {}
    return {
        "id": model.slug,
        "name": model.name,
        "description": model.description,
        "provider": model.provider,
        "family": model.family or None,
        "units": model.units,
        # What the worker said about it may name folders and addresses: that is for staff.
        "available": not model.trouble,
        "step_config": _step_config(contract["num_inference_steps"]),
        **limits,
        **schema,
    }


def _lora(lora: Lora) -> dict[str, Any]:
    return {
        "id": lora.slug,
        "name": lora.name,
        "description": lora.description,
        "weight": lora.weight,
        "trigger_words": lora.trigger_words,
    }


def _step_config(steps: Parameter) -> dict[str, Any]:
    """The step information in the words of the sources' model entries (S418-S420)."""
    if steps.fixed:
        return {"fixed_steps": int(steps.default)}
    limits = {"min": steps.min, "max": steps.max, "default": steps.default}
    return {"steps": {name: int(number) for name, number in limits.items()}}
