"""Checks a name or an e-mail address with its password."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User


class SteadyBackend(AuthenticationBackend):
    """Takes as long for somebody there is as for nobody: one password is hashed once.

    django-allauth tries what was typed as a name and as an address, and asks a person who is found
    by both twice.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        self._refused: set[Any] = set()
        return super().authenticate(request, **credentials)

    def _check_password(self, user: Any, password: str) -> Any:
        if user is None or user.pk in self._refused:
            return None
        found = super()._check_password(user, password)
        if found is None:
            self._refused.add(user.pk)
        return found
