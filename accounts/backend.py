"""Checks a name or an e-mail address with its password, and knows who is signed in."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User
from pixazo.prepared import Rows


class SteadyBackend(AuthenticationBackend):
    """Takes as long for somebody there is as for nobody: one password is hashed once.

    django-allauth tries what was typed as a name and as an address, and asks a person who is found
    by both twice.
    """

    def get_user(self, user_id: UUID) -> User | None:
        """By a kept statement: each page of somebody who is signed in asks for them."""
        user = _NAMED.first(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

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


_NAMED: Rows[User] = Rows(lambda pk: User.objects.filter(pk=pk), planned_once=True, pk=UUID)
