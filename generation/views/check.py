"""The public check page: whose file was made here, and what a file says of its making."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from generation.known import Told, admit, check
from pixazo.errors import UserError
from pixazo.public.seo import Page
from pixazo.upload_limit import refuse_cut_off

PAGE = Page(
    gettext_lazy("Check a picture"),
    gettext_lazy("Whether a picture was made here, and what its file says of how it was made."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def check_page(request: HttpRequest) -> HttpResponse:
    """The file is looked at and not kept."""
    told: Told | None = None
    refusal: UserError | None = None
    if request.method == "POST":
        try:
            told = _looked_at(request)
        except UserError as error:
            refusal = error
    context = {"seo": PAGE, "told": told, "refusal": refusal}
    response = render(
        request, "generation/check.html", context, status=refusal.status if refusal else 200
    )
    if refusal and refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _looked_at(request: HttpRequest) -> Told:
    admit(request)
    refuse_cut_off(request)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise UserError(_("Choose a picture."), code="invalid")
    return check(file.chunks())
