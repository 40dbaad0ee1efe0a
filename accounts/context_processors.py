"""`preferences` and `theme` for every template: a person's choices, and what a page is drawn in."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject

from accounts.models import Preference
from pixazo.theme import from_cookie


def preferences(request: HttpRequest) -> dict[str, Any]:
    """One query, and none for visitors, who have no preferences."""
    theme = SimpleLazyObject(lambda: preferences_of(request).get("theme") or from_cookie(request))
    return {"preferences": partial(_for_page, request), "theme": theme}


def preferences_of(request: HttpRequest) -> dict[str, Any]:
    """Asked at most once a request."""
    kept: dict[str, Any] | None = getattr(request, "preferences", None)
    if kept is None:
        user = getattr(request, "user", None)
        known = user is not None and user.is_authenticated
        kept = Preference.objects.of(user) if known else {}
        request.preferences = kept  # type: ignore[attr-defined]
    return kept


def _for_page(request: HttpRequest) -> dict[str, Any]:
    found = preferences_of(request)
    if found:
        get_token(request)  # a page without a form still needs the cookie to change them
    return found
