"""How programs say who they are: an API key in a header, never in an address."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import ApiKey, User
from pixazo.security_log import note


class TwoCredentials(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "two_credentials"
    default_detail = gettext_lazy(
        "The request names two different people or keys. Send one of them."
    )


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer pxz_...` or `X-Api-Key: pxz_...`; `request.auth` is the key's row.

    First in the list, so that a request without any credential is a 401 and not a 403.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        sent = keys_in(request.headers)
        if not sent:
            return None
        if len(sent) > 1:
            raise TwoCredentials
        key = ApiKey.find(sent.pop())
        if key is None:
            note(request._request, "key refused")  # noqa: SLF001
            raise exceptions.AuthenticationFailed
        # DRF's request would ask this class again who the user is.
        if _session_of_another(request._request, key.user):  # noqa: SLF001
            raise TwoCredentials
        key.note_use()
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Pixazo"'


def keys_in(headers: Mapping[str, str]) -> set[str]:
    """The different keys that they name. Other schemes are a proxy's affair, not ours."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    keys = {token.strip()} if scheme.lower() == "bearer" else set()
    if "X-Api-Key" in headers:
        keys.add(headers["X-Api-Key"].strip())
    return keys


def _session_of_another(request: HttpRequest, owner: User) -> bool:
    """Only a session that the caller sent counts: single-user mode signs in whoever comes."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return request.user.is_authenticated and request.user != owner
