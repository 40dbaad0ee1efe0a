"""Pictures that people bring along to work from: sent as a file or as an address, and shown."""

from typing import cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from generation import uploads
from generation.models import Upload
from generation.serving import Size, serve
from generation.views.batches import LookOnly
from pixazo.errors import UserError
from pixazo.upload_limit import refuse_cut_off
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@workspace_view
def upload(request: WorkspaceRequest) -> HttpResponse:
    """`file`, or `url`; `origin=mask` for what was painted over a picture."""
    if not request.membership.may_generate():
        raise LookOnly(_("You may look at this workspace, but not draw in it."))
    refuse_cut_off(request)
    file, url = request.FILES.get("file"), request.POST.get("url", "").strip()
    is_mask = request.POST.get("origin") == Upload.Origin.MASK
    if isinstance(file, UploadedFile):
        origin = Upload.Origin.MASK if is_mask else Upload.Origin.FILE
        kept = uploads.receive(request.workspace, request.user, file, origin)
    elif url:
        origin = Upload.Origin.MASK if is_mask else Upload.Origin.URL
        kept = uploads.fetch(request.workspace, request.user, url, origin)
    else:
        raise UserError(_("Choose a picture, or give its address."), code="invalid")
    return JsonResponse(_answer(request, kept), status=201)


@require_GET
@workspace_view
def shown(request: WorkspaceRequest, pk: UUID) -> HttpResponseBase:
    """`?size=original` or `small`."""
    kept = get_object_or_404(Upload, workspace=request.workspace, pk=pk)
    size: Size = "small" if request.GET.get("size") == "small" else "original"
    return serve(cast(HttpRequest, request), kept, size)


def _answer(request: WorkspaceRequest, kept: Upload) -> dict[str, str | int]:
    url = reverse("upload", args=[request.workspace.slug, kept.pk])
    return {
        "id": str(kept.pk),
        "name": kept.name,
        "url": url,
        "small_url": f"{url}?size=small",
        "width": kept.width,
        "height": kept.height,
    }
