"""`GET /api/`: which doors there are (S309)."""

from django.urls import reverse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from pixazo import __version__
from pixazo.api import Door


class Root(Door):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        here = request.build_absolute_uri(reverse("api"))
        return Response(
            {
                "name": "Pixazo",
                "version": __version__,
                "links": {
                    "health": f"{here}health",
                    "models": f"{here}models",
                    "check": f"{here}check",
                    "uploads": f"{here}uploads",
                    "generate": f"{here}generate",
                    "status": f"{here}status/{{job_id}}",
                    "cancel": f"{here}jobs/{{job_id}}/cancel",
                    "image": f"{here}image/{{image_id}}",
                    "verify": f"{here}image/{{image_id}}/verify",
                    "workspaces": f"{here}workspaces",
                    "topics": f"{here}topics",
                    "prompts": f"{here}prompts",
                    "styles": f"{here}styles",
                    "themes": f"{here}themes",
                    "lists": f"{here}lists",
                    "read": f"{here}read",
                    "queue": f"{here}queue",
                    "ledger": f"{here}ledger",
                    "experiments": f"{here}experiments",
                },
            }
        )
