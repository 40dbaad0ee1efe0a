"""`GET /api/image/<image_id>`: a picture, as its file or as base64 in JSON (S274, S409)."""

import base64
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from generation import retention, serving
from generation.api import visible
from generation.models import Image
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import READ


class NoNegotiation(BaseContentNegotiation):
    """`Accept: image/png` and `?format=base64` are answered by the view, not refused before it."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class Picture(Door):
    """Also `?size=small`, `?download=1`, and `?format=base64` or `Accept: application/json`."""

    scopes = {"GET": READ}
    content_negotiation_class = NoNegotiation

    def get(self, request: DoorRequest, image_id: UUID) -> HttpResponseBase:
        image = get_object_or_404(visible.images(request.user), pk=image_id)
        size = _size(request)
        if _wants_base64(request, size):
            response: HttpResponseBase = Response(_as_json(image, size))
        else:
            as_download = request.query_params.get("download") == "1"
            response = serving.serve(cast(HttpRequest, request), image, size, as_download)
        patch_vary_headers(response, ["Accept"])
        return response


def _size(request: DoorRequest) -> serving.Size:
    size = request.query_params.get("size", "original")
    if size not in serving.SIZES:
        raise _refused("size", _("`size` may be %(sizes)s.") % {"sizes": ", ".join(serving.SIZES)})
    return size


def _wants_base64(request: DoorRequest, size: serving.Size) -> bool:
    wanted = request.query_params.get("format")
    if wanted not in (None, "base64"):
        raise _refused("format", _("`format` may be base64, or left out for the file."))
    if wanted:
        return True
    file_type = "image/png" if size == "original" else "image/webp"
    types = [file_type, "application/json"]
    return cast(HttpRequest, request).get_preferred_type(types) == "application/json"


def _as_json(image: Image, size: serving.Size) -> dict[str, Any]:
    key: str = getattr(image, size)
    return {
        "image_id": str(image.pk),
        "mime_type": serving.content_type(key),
        "size": size,
        "width": image.width,
        "height": image.height,
        "recipe_hash": image.recipe_hash,
        "verdict": image.verdict,
        "kept_until": retention.kept_until(image),
        "base64": base64.b64encode(serving.read(key)).decode(),
    }


def _refused(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
