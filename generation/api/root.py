"""`GET /api/`: which doors there are (S309)."""

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from pixazo import __version__
from pixazo.api import Door, address
from pixazo.problems import is_v1


class Root(Door):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        here = address(request, "api")
        v1 = is_v1(request)
        image = "images/{image_id}/file" if v1 else "image/{image_id}"
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
                    "status": here + ("jobs/{job_id}" if v1 else "status/{job_id}"),
                    "cancel": f"{here}jobs/{{job_id}}/cancel",
                    "image": here + image,
                    "verify": here + image.removesuffix("/file") + "/verify",
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
