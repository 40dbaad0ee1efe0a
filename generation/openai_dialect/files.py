"""`GET /v1/images/files/<id>`: what `response_format: "url"` leads to. A signature in the address
opens it for an hour, a key of somebody who sees the picture at any time."""

from typing import cast
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.request import Request

from generation import pictures, serving
from generation.api import visible
from generation.api.image import NoNegotiation
from generation.models import Image
from generation.openai_dialect.wording import FORMATS, QUALITY
from pixazo.api import DoorRequest
from pixazo.openai_form.door import OpenAIDoor
from pixazo.scopes import READ

SALT = "generation.openai_file"
HOURS = 1  # as long as OpenAI's own


def url_of(image: Image, format_name: str, hours: int = HOURS) -> str:
    """Below the site's address."""
    value = f"{image.pk}:{hours}"
    signature = signing.TimestampSigner(salt=SALT).sign(value).removeprefix(f"{value}:")
    path = reverse("openai_file", args=[image.pk])
    return f"{path}?format={format_name}&hours={hours}&signature={signature}"


class PictureFile(OpenAIDoor):
    scopes = {"GET": READ}
    content_negotiation_class = NoNegotiation

    def check_permissions(self, request: Request) -> None:
        if not _is_signed(request, self.kwargs["image_id"]):
            super().check_permissions(request)

    def get(self, request: DoorRequest, image_id: UUID) -> HttpResponseBase:
        is_signed = _is_signed(request, image_id)
        # Of a workspace in the trash nobody shows anything to strangers.
        signed = Image.objects.visible().filter(workspace__deleted=None)
        rows = signed if is_signed else visible.images(request.user)
        image = get_object_or_404(rows, pk=image_id)
        response = _answer(request, image)
        if is_signed:
            # Shown by pages of other sites, which their people gave the address.
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def _answer(request: DoorRequest, image: Image) -> HttpResponseBase:
    name = request.query_params.get("format", FORMATS[0])
    if name not in FORMATS:
        raise Http404
    if name == FORMATS[0]:
        return serving.serve(cast(HttpRequest, request), image)
    content = pictures.in_format(serving.read(image.original), name, QUALITY)
    return HttpResponse(content, content_type=f"image/{name}")


def _is_signed(request: Request, image_id: UUID) -> bool:
    sent = request.query_params
    hours, signature = sent.get("hours", ""), sent.get("signature", "")
    if not (hours.isascii() and hours.isdigit() and len(hours) < 5):
        return False
    signed = f"{image_id}:{hours}:{signature}"
    try:
        signing.TimestampSigner(salt=SALT).unsign(signed, max_age=int(hours) * 3600)
    except signing.BadSignature:
        return False
    return True
