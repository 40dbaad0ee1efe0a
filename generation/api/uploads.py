"""`POST /api/uploads`: a picture to work from; `GET /api/uploads/<id>`: that picture again."""

from typing import Any, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation import uploads
from generation.api.form_body import PARSERS
from generation.api.place import place_of
from generation.models import Upload
from generation.serving import Size, serve
from pixazo.api import Door, DoorRequest, address
from pixazo.errors import UserError
from pixazo.scopes import GENERATE, READ
from pixazo.upload_limit import refuse_cut_off
from workspaces.models import Workspace


class Uploads(Door):
    """A multipart `file`, or a `url` (also a data: URL); `origin` mask for a mask."""

    scopes = {"POST": GENERATE}
    parser_classes = PARSERS

    def post(self, request: DoorRequest) -> Response:
        data = request.data
        refuse_cut_off(request)
        workspace, _topic = place_of(request.user, _text(data, "workspace"), "")
        is_mask = _text(data, "origin") == Upload.Origin.MASK
        file, url = data.get("file"), data.get("url")
        if isinstance(file, UploadedFile):
            origin = Upload.Origin.MASK if is_mask else Upload.Origin.FILE
            kept = uploads.receive(workspace, request.user, file, origin)
        elif isinstance(url, str) and url:
            origin = Upload.Origin.MASK if is_mask else Upload.Origin.URL
            kept = uploads.fetch(workspace, request.user, url.strip(), origin)
        else:
            raise UserError(_("Send a file, or the url of a picture."), code="invalid")
        return Response(_answer(request, kept), status=status.HTTP_201_CREATED)


class UploadFile(Door):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest, upload_id: UUID) -> HttpResponseBase:
        workspaces = Workspace.objects.visible_to(request.user)
        kept = get_object_or_404(Upload, workspace__in=workspaces, pk=upload_id)
        size: Size = "small" if request.query_params.get("size") == "small" else "original"
        return serve(cast(HttpRequest, request), kept, size)


def _text(data: Any, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _answer(request: DoorRequest, kept: Upload) -> dict[str, Any]:
    url = address(request, "api_upload", kept.pk)
    return {
        "id": str(kept.pk),
        "name": kept.name,
        "workspace": kept.workspace.slug,
        "url": url,
        "small_url": f"{url}?size=small",
        "width": kept.width,
        "height": kept.height,
    }
