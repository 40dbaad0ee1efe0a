"""From a finished picture to the next request: a variation of it, or the same picture larger."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generation.models import Batch, Image, Input
from generation.submit import submit
from generation.views import found
from generation.views.answers import accepted
from generation.views.batches import LookOnly
from pixazo.api import refusal
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@workspace_view
def vary(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """201 with the new card. `variation` is subtle or strong."""
    variation = request.POST.get("variation", "subtle")
    return _submit(request, pk, mode=Batch.Mode.VARIATION, variation=variation)


@require_POST
@workspace_view
def upscale(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """201 with the new card. `scale` is one of the contract's; without one its default."""
    scale = request.POST.get("scale") or None
    return _submit(request, pk, mode=Batch.Mode.UPSCALE, scale=scale)


def _submit(request: WorkspaceRequest, pk: UUID, **wanted: Any) -> HttpResponse:
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    if not request.membership.may_generate():
        raise LookOnly(_("You may look at this workspace, but not draw in it."))
    batch = _from(picture, request, **wanted)
    try:
        submit(batch)
    except ValidationError as error:
        raise refusal(error) from None
    return accepted(request, batch)


def _from(picture: Image, request: WorkspaceRequest, **wanted: Any) -> Batch:
    """Asked for as the picture was, by its own model; the picture decides the size."""
    made = picture.job.batch
    batch = Batch(
        workspace=request.workspace,
        topic=made.topic,
        author=request.user,
        door=Batch.Door.PAGE,
        model=made.model,
        prompt=made.prompt,
        negative_prompt=made.negative_prompt,
        num_inference_steps=made.num_inference_steps,
        guidance_scale=made.guidance_scale,
        scheduler=made.scheduler,
        loras=made.loras,
        idempotency_key=request.headers.get("Idempotency-Key", "")[:100],
        **wanted,
    )
    batch.pictures = [Input(role=Input.Role.SOURCE, image=picture)]
    return batch
