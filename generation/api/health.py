"""`GET /api/health`: what works, named part by part, and always in time (S018, S262)."""

from django.conf import settings
from django.db import DatabaseError
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from generation.parts import ask
from pixazo import __version__
from pixazo.api import Door


class Health(Door):
    """Public, and looks at a session only when all is well and somebody has one: a database that is
    down must not keep it from answering.

    What the machines are is for signed-in staff, or for everybody by PIXAZO_HEALTH_DETAILS.
    """

    authentication_classes = (SessionAuthentication,)
    permission_classes = (AllowAny,)

    def perform_authentication(self, request: Request) -> None:
        """Not before somebody asks who it is."""

    def get(self, request: Request) -> Response:
        parts = ask(("database", "broker", "storage"))
        down = [name for name, part in parts.items() if not part["ok"]]
        engine = parts["database"].pop("engine", {"workers": None, "queue": None})
        workers = engine["workers"]
        degraded = down or ([] if workers and not workers["unserved"] else ["workers"])
        if workers and (down or not _may_see_machines(request)):
            # A copy: others who look at this moment share what was answered.
            seen = {name: fact for name, fact in workers.items() if name != "list"}
            engine = {**engine, "workers": seen}
        return Response(
            {
                "status": "down" if down else "degraded" if degraded else "ok",
                "degraded": degraded,
                "version": __version__,
                **parts,
                **engine,
            },
            status=status.HTTP_503_SERVICE_UNAVAILABLE if down else status.HTTP_200_OK,
        )


def _may_see_machines(request: Request) -> bool:
    if settings.HEALTH_DETAILS:
        return True
    try:
        return bool(request.user and request.user.is_staff)
    except DatabaseError:
        return False
