"""`GET /api/models`: what may be picked, with all that a form needs (S263, S311, S422)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from generation.contract import Parameter
from generation.models import ImageModel
from pixazo.api import Door


class Models(Door):
    def get(self, request: Request) -> Response:
        return Response({"models": [_answer(model) for model in ImageModel.objects.available()]})


def _answer(model: ImageModel) -> dict[str, Any]:
    contract = model.contract
    return {
        "id": model.slug,
        "name": model.name,
        "description": model.description,
        "provider": model.provider,
        "units": model.units,
        # What the worker said about it may name folders and addresses: that is for staff.
        "available": not model.trouble,
        "step_config": _step_config(contract["num_inference_steps"]),
        **contract.as_dict(),
    }


def _step_config(steps: Parameter) -> dict[str, Any]:
    """The step information in the words of the sources' model entries (S418-S420)."""
    if steps.fixed:
        return {"fixed_steps": int(steps.default)}
    limits = {"min": steps.min, "max": steps.max, "default": steps.default}
    return {"steps": {name: int(number) for name, number in limits.items()}}
