"""Answers with a stored file that is one person's alone: by the proxy where one can."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from pixazo.streaming import sent

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    key: str
    name: str  # that it has where it is kept then
    size: int  # bytes
    content_type: str


def handed_out(
    request: HttpRequest, file: Stored, chunks: Callable[[], Iterator[bytes]]
) -> HttpResponseBase:
    """`chunks` reads it, where no proxy does. 404 where the storage has lost it, said before a
    byte is sent."""
    if not default_storage.exists(file.key):
        log.warning("The file %s is missing.", file.key)
        raise Http404
    response: HttpResponseBase
    if settings.MEDIA_ACCEL:
        location = f"{settings.MEDIA_ACCEL.rstrip('/')}/{quote(file.key)}"
        response = HttpResponse(headers={"X-Accel-Redirect": location})
    else:
        response = StreamingHttpResponse(sent(request, chunks()))
        response["Content-Length"] = str(file.size)
    response["Content-Type"] = file.content_type
    response["Content-Disposition"] = content_disposition_header(True, file.name) or ""
    response["Cache-Control"] = "private, no-store"
    return response
