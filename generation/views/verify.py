"""A picture's recipe: to look at and check, and run again."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from generation.recipe import canonical
from generation.verify import verify as verify_image
from generation.views import cards, found
from generation.views.batches import LookOnly
from pixazo.api import refusal
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@workspace_view
def verify(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Draw it again and compare: 201 with the new batch's card. Whoever asks for it pays for it."""
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    if not request.membership.may_generate():
        raise LookOnly(_("You may look at this workspace, but not draw in it."))
    key = request.headers.get("Idempotency-Key", "")[:100]
    try:
        batch = verify_image(picture, request.user, key)
    except ValidationError as error:
        raise refusal(error) from None
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect(request.workspace)
    context = {"workspace": request.workspace, "card": cards.card(request, batch.pk)}
    return render(request, "generation/_batch.html", context, status=201)


@require_GET
@workspace_view
def recipe(request: WorkspaceRequest, pk: UUID) -> HttpResponseBase:
    """The canonical text whose SHA-256 is the recipe's hash, and the file's ETag."""
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    etag = f'"{picture.recipe_hash}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        text = canonical(picture.recipe).encode()
        response = HttpResponse(text, content_type="application/json")
        name = f"recipe-{picture.recipe_hash[:12]}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
