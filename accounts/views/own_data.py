"""A person's own data: asked for, watched, fetched."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import DataExport
from accounts.taking_along import chunks_of
from accounts.tasks import ring_for_export
from pixazo.streaming import sent


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(allow_get=True)
@never_cache
def own_data(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if request.method == "POST":
        export = DataExport.objects.ask(user)
        ring_for_export(export.pk)
        return redirect("own_data")
    return render(request, "accounts/own_data.html", {"exports": user.exports.all()[:10]})


@require_safe
@login_required
@never_cache
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the page says of it, for a script."""
    return render(request, "accounts/_export.html", {"export": _own(request, pk)})


@require_safe
@login_required
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    found = _own(request, pk)
    if found.state != DataExport.State.DONE:
        raise Http404
    response: HttpResponseBase
    if settings.MEDIA_ACCEL:
        location = f"{settings.MEDIA_ACCEL.rstrip('/')}/{quote(found.key)}"
        response = HttpResponse(headers={"X-Accel-Redirect": location})
    else:
        response = StreamingHttpResponse(sent(request, chunks_of(found)))
        response["Content-Length"] = str(found.size)
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Away with it; what is at work stops."""
    _own(request, pk).delete()
    return redirect("own_data")


def _own(request: HttpRequest, pk: UUID) -> DataExport:
    return get_object_or_404(DataExport, pk=pk, user=request.user)
