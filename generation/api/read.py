"""`POST /api/read`: a picture's own account of how it was made, as settings for `/api/generate`."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from generation.metadata import LARGEST, Unreadable, read
from generation.metadata.matching import answer
from pixazo.api import Door, DoorRequest
from pixazo.scopes import READ
from pixazo.upload_limit import refuse_cut_off
from workspaces.models import Workspace


class Read(Door):
    """A multipart form with `file`. The file is not kept."""

    scopes = {"POST": READ}
    parser_classes: list[Any] = [MultiPartParser]

    def post(self, request: DoorRequest) -> Response:
        files = request.FILES
        refuse_cut_off(request)
        file = files.get("file")
        if file is None:
            raise Unreadable(_("Send a picture as `file` in a multipart form."))
        found = read(file.read(LARGEST + 1))
        return Response(answer(found, request.user, Workspace.objects.visible_to(request.user)))
