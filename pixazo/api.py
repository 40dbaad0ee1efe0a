"""Errors of the REST doors: every refusal is `{"error": {"code", "message", "fields"?}}`."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from pixazo.errors import UserError


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: one shape for every error."""
    if isinstance(error, UserError):
        return Response(error.as_dict(), status=error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing here, or it isn't yours.")
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    response.data = _as_user_error(error).as_dict()
    return response


def _as_user_error(error: exceptions.APIException) -> UserError:
    if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict):
        fields = {name: [str(part) for part in _flat(parts)] for name, parts in error.detail.items()}
        sentence = next(iter(fields.values()))[0] if fields else "The request isn't valid."
        return UserError(sentence, code="invalid", status=error.status_code, fields=fields)
    sentence = " ".join(str(part) for part in _flat(error.detail))
    return UserError(sentence, code=str(error.default_code), status=error.status_code)


def _flat(detail: Any) -> list[Any]:
    if isinstance(detail, dict):
        return [part for parts in detail.values() for part in _flat(parts)]
    if isinstance(detail, list):
        return [part for parts in detail for part in _flat(parts)]
    return [detail]
