"""`POST /api/check`: whether a picture was made here, and what its file says; for anybody."""

from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from generation.known import admit, check
from pixazo.api import Door
from pixazo.errors import UserError
from pixazo.upload_limit import refuse_cut_off


class Check(Door):
    """A multipart form with `file`. The file is not kept, and no key is needed."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    parser_classes: list[Any] = [MultiPartParser]

    def post(self, request: Request) -> Response:
        admit(cast(HttpRequest, request))
        files = request.FILES
        refuse_cut_off(request)
        file = files.get("file")
        if not isinstance(file, UploadedFile):
            raise UserError(_("Send a picture as `file` in a multipart form."), code="invalid")
        return Response(check(file.chunks()).as_dict())
