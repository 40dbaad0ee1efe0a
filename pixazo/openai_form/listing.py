"""`GET /v1/models` and `/v1/models/{id}`: all that a person may name as `model`.

Each room registers what it has.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.response import Response

from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.openai_form.door import OpenAIDoor
from pixazo.scopes import READ

Lister = Callable[[Any], Iterable[dict[str, Any]]]

_listers: list[Lister] = []


def register(lister: Lister) -> None:
    """`lister(person)` says the models of a room as `entry` writes them."""
    _listers.append(lister)


def entry(id: str, created: datetime, owner: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "object": "model",
        "created": int(created.timestamp()),
        "owned_by": owner,
        **more,
    }


class Models(OpenAIDoor):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        return Response({"object": "list", "data": _of(request.user)})


class OneModel(OpenAIDoor):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest, name: str) -> Response:
        found = next((each for each in _of(request.user) if each["id"] == name), None)
        if found is None:
            raise unknown(name)
        return Response(found)


def unknown(name: str) -> UserError:
    """What is said of a model that isn't there, or isn't theirs."""
    sentence = _("The model %(name)s does not exist. /v1/models lists those that you can use.") % {
        "name": f"{name[:60]!a}"
    }
    return UserError(sentence, code="model_not_found", status=404, fields={"model": [sentence]})


def _of(person: Any) -> list[dict[str, Any]]:
    return [each for lister in _listers for each in lister(person)]
