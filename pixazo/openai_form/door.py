"""The view that all doors below `/v1/` grow from."""

import logging
from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pixazo.api import Door, answer_error
from pixazo.errors import UserError
from pixazo.openai_form import errors

log = logging.getLogger(__name__)


class OpenAIDoor(Door):
    """A `Door` whose refusals have OpenAI's form. The log has them, with the number that each
    answer bears."""

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return _answer_error

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code >= 400:
            log.info("%s %s: %s", request.method, request.path, response.status_code)
        return response


def _answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    response = answer_error(error, context)
    if response is None:
        return None
    said = error if isinstance(error, UserError) else _read(response)
    response.data = errors.body(said)
    response.status_code = errors.STATUSES.get(said.code, said.status)
    for name, value in errors.headers(said).items():
        response.headers[name] = value
    return response


def _read(response: Response) -> UserError:
    """The refusal that the house's own form says."""
    found = response.data["error"]
    return UserError(
        found["message"],
        code=found["code"],
        status=response.status_code,
        fields=found.get("fields"),
    )
