"""`POST /v1/images/variations`, which OpenAI has given up; its client can still ask."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from pixazo.api import DoorRequest
from pixazo.openai_form.door import OpenAIDoor
from pixazo.openai_form.errors import Final
from pixazo.scopes import GENERATE


class Variations(OpenAIDoor):
    scopes = {"POST": GENERATE}
    parser_classes: list[Any] = [MultiPartParser]

    def post(self, request: DoorRequest) -> Response:
        raise Final(
            _("There are no variations here: send the picture to /v1/images/edits with a prompt."),
            code="not_implemented",
            status=501,
        )
