"""What all REST doors share: the view they grow from, what a key must be allowed for each, the
addresses that their answers name, and one shape for every refusal.

`{"error": {"code", "message", "fields"?}}`, and under `/api/v1/` problem details around it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from pixazo import etags, pacing
from pixazo.errors import UserError
from pixazo.json_body import JsonBody, check_texts
from pixazo.problems import is_v1, told
from pixazo.repeated import Memory, Repeated, take
from pixazo.scopes import MANAGE

NOT_FOUND = gettext_lazy("There is nothing here, or it isn't yours.")
# One sentence whatever is wrong with a key: who tells revoked from unknown helps a thief.
NOT_SIGNED_IN = gettext_lazy("Sign in, or send a valid API key: Authorization: Bearer pxz_…")


class NotInScope(UserError):
    code = "scope"
    status = 403


class DoorRequest(Request):
    """What a door receives from whoever signed in: a person, and the JSON object they sent."""

    user: Any
    auth: Any  # the API key's row; None for whoever signed in on a page
    data: dict[str, Any]


class Door(APIView):
    """A REST view: JSON in, JSON out, and no copy of anybody's answer in a cache."""

    parser_classes = [JsonBody]
    # What a key needs for each method. A door that asks for no key has none.
    scopes: ClassVar[Mapping[str, str]] = {}
    # Of which of them an answer is remembered, for who sends an `Idempotency-Key` (`repeated.py`).
    repeats: ClassVar[tuple[str, ...]] = ()
    matches: ClassVar[bool] = False  # whether it looks at `If-Match` (`etags.py`)
    remembers_itself: ClassVar[bool] = False  # keeps its keys with its rows
    plain_texts: ClassVar[bool] = False  # keeps texts as they come: none may be unstorable
    memory: Memory | None = None
    pace: pacing.Pace | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.plain_texts and request.method in ("POST", "PUT", "PATCH"):
            check_texts(request.data)
        if request.method in self.repeats and not self.remembers_itself:
            self.memory = take(request)

    def perform_authentication(self, request: Request) -> None:
        """Programs have a pace; pages are people's."""
        super().perform_authentication(request)
        if request.auth is not None:
            self.pace = pacing.take(request.user.pk)
            if self.pace:
                self.pace.check()

    def check_permissions(self, request: Request) -> None:
        """Who signed in on a page may all that the person may."""
        super().check_permissions(request)
        key: Any = request.auth
        if key is None or request.method == "OPTIONS":
            return
        method = "GET" if request.method == "HEAD" else str(request.method)
        scope = self.scopes.get(method, MANAGE)
        if scope not in key.scopes:
            raise NotInScope(
                _(
                    "This key lacks the scope “%(scope)s”, which this needs. Make one that has it"
                    " on the page “API keys” of your account."
                )
                % {"scope": scope}
            )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.memory:
            self.memory.keep(response)
        if self.pace:
            for name, value in self.pace.headers.items():
                response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return etags.told(request, response)


def address(request: Any, name: str, *args: Any) -> str:
    """A door's whole address, among those with a version where the caller came to one."""
    return str(request.build_absolute_uri(path_of(name, *args, v1=is_v1(request))))


def path_of(name: str, *args: Any, v1: bool) -> str:
    path, older = reverse(name, args=args), f"{get_script_prefix()}api/"
    return f"{older}v1/{path.removeprefix(older)}" if v1 else path


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: one shape for every error."""
    if isinstance(error, Repeated):
        return error.response
    if isinstance(error, UserError):
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
        if error.code == "changed" and is_v1(context["request"]):
            error.status = etags.refusal_of(context["request"])
        body, kind = told(context["request"], error)
        return Response(body, status=error.status, headers=headers, content_type=kind)
    if isinstance(error, ValidationError):
        return answer_error(refusal(error), context)
    if isinstance(error, Http404):
        error = exceptions.NotFound(NOT_FOUND)
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    response.data, response.content_type = told(context["request"], _as_user_error(error))
    return response


def refusal(error: ValidationError) -> UserError:
    """A model's own refusal, field by field."""
    if not hasattr(error, "error_dict"):
        return UserError(" ".join(error.messages), code="invalid")
    fields = dict(error.message_dict)
    return UserError(next(iter(fields.values()))[0], code="invalid", fields=fields)


def _as_user_error(error: exceptions.APIException) -> UserError:
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return UserError(str(NOT_SIGNED_IN), code="unauthenticated", status=error.status_code)
    if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict):
        fields = {
            name: [str(part) for part in _flat(parts)] for name, parts in error.detail.items()
        }
        sentence = next(iter(fields.values()))[0] if fields else _("The request isn't valid.")
        return UserError(sentence, code="invalid", status=error.status_code, fields=fields)
    sentence = " ".join(str(part) for part in _flat(error.detail))
    return UserError(sentence, code=str(error.default_code), status=error.status_code)


def _flat(detail: Any) -> list[Any]:
    if isinstance(detail, dict):
        return [part for parts in detail.values() for part in _flat(parts)]
    if isinstance(detail, list):
        return [part for parts in detail for part in _flat(parts)]
    return [detail]
