"""`preferences` for every template: a person's choices; base.html gives them to scripts."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token

from accounts.models import Preference


def preferences(request: HttpRequest) -> dict[str, Any]:
    """Asked at most once a page: one query, and none for visitors, who have no preferences."""
    return {"preferences": cache(lambda: _of(request))}


def _of(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    get_token(request)  # a page without a form still needs the cookie to change them
    return Preference.objects.of(user)
