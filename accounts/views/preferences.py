"""A person's preferences, for the page's own scripts and for their programs."""

from typing import Any

from rest_framework.response import Response

from accounts.models import Preference
from pixazo.api import Door, DoorRequest
from pixazo.scopes import MANAGE, READ


class Preferences(Door):
    scopes = {"GET": READ, "PATCH": MANAGE}

    def get(self, request: DoorRequest) -> Response:
        return Response(Preference.objects.of(request.user))

    def patch(self, request: DoorRequest) -> Response:
        """`{key: value, …}`: changes these and leaves the others; null is back to the default."""
        values: dict[str, Any] = request.data
        Preference.objects.remember(request.user, values)
        return Response(Preference.objects.of(request.user))
