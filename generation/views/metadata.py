"""A file's own account of how it was made, for the form: `POST /w/<slug>/read/`."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generation.metadata import LARGEST, AnotherFormat, Unreadable, read
from generation.metadata.matching import answer
from generation.models import Image, Upload
from generation.views import shown
from pixazo.upload_limit import refuse_cut_off
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models import Workspace


@require_POST
@workspace_view
def read_file(request: WorkspaceRequest) -> HttpResponse:
    """`file` in a multipart form; answers settings with the form's names. The file is not kept.

    Most pictures don't say how they were made: that is an answer, without a `source`, and no
    refusal as for programs, which ask for nothing else.
    """
    files = request.FILES
    refuse_cut_off(request)
    file = files.get("file")
    if file is None:
        raise Unreadable(_("Send a picture as `file`."))
    try:
        found = read(file.read(LARGEST + 1))
    except AnotherFormat:
        raise
    except Unreadable as error:
        return JsonResponse({"source": None, "settings": None, "said": str(error)})
    here = Workspace.objects.filter(pk=request.workspace.pk)

    def show(picture: Image | Upload) -> dict[str, Any]:
        if isinstance(picture, Image):
            return shown.image(picture)
        return shown.upload(picture, request.workspace)

    return JsonResponse(answer(found, request.user, here, show))
