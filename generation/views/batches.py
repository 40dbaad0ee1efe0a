"""A batch: asked for, shown, cancelled, put into the trash and back."""

import json
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from generation.models import Batch, ImageModel, Input
from generation.submit import submit
from generation.views import cards, found
from pixazo.api import refusal
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view

NUMBERS = (
    "width",
    "height",
    "count",
    "num_inference_steps",
    "guidance_scale",
    "strength",
    "scale",
    "seed",
)
MARGINS = ("left", "top", "right", "bottom")
ROLES = ("source", "mask", "reference")


class LookOnly(UserError):
    code = "look_only"
    status = 403


@require_POST
@workspace_view
def generate(request: WorkspaceRequest) -> HttpResponse:
    """Submit the form: 201 with the new card, or an error that names the fields."""
    if not request.membership.may_generate():
        raise LookOnly("You may look at this workspace, but not draw in it.")
    try:
        batch = submit(_batch(request))
    except ValidationError as error:
        raise refusal(error) from None
    if request.headers.get("X-Requested-With") != "fetch":
        # Sent before the page's scripts had loaded.
        return redirect(request.workspace)
    response = _card(request, batch.pk, status=201)
    response["X-Corrections"] = json.dumps(batch.corrections)
    return response


@require_GET
@workspace_view
def batch(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    return _card(request, pk)


@require_POST
@workspace_view
def cancel(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Stop what is not finished; what is finished stays."""
    found.to_change(request, found.batches(request).visible(), pk).cancel()
    return _card(request, pk)


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    found.to_change(request, found.batches(request), pk).trash()
    return HttpResponse(status=204)


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    found.to_change(request, found.batches(request), pk).restore()
    return _card(request, pk)


def _batch(request: WorkspaceRequest) -> Batch:
    """The request as it was sent: `submit` checks it and fills in what is missing."""
    sent = request.POST
    margins = {side: sent[side] for side in MARGINS if sent.get(side)}
    batch = Batch(
        workspace=request.workspace,
        author=request.user,
        model=_model(request, sent.get("model", "")),
        prompt=sent.get("prompt", ""),
        negative_prompt=sent.get("negative_prompt", ""),
        mode=sent.get("mode", ""),
        scheduler=sent.get("scheduler", ""),
        loras=[*sent.getlist("loras"), *sent.getlist("lora")],
        time_class=sent.get("time_class", ""),
        margins=margins or None,
        idempotency_key=request.headers.get("Idempotency-Key", "")[:100],
        **{name: sent.get(name) or None for name in NUMBERS},
    )
    batch.variation = sent.get("variation", "")
    batch.pictures = _pictures(request)
    return batch


def _pictures(request: WorkspaceRequest) -> list[Input]:
    """Named as `image:<id>` or `upload:<id>`; references may be several."""
    found = []
    for role in ROLES:
        names = [name for name in request.POST.getlist(role) if name]
        for position, name in enumerate(names):
            try:
                picture = Input.objects.named(request.workspace, name, role)
            except UserError as error:
                error.fields = {role: [error.sentence]}
                raise
            picture.position = position
            found.append(picture)
    return found


def _model(request: WorkspaceRequest, slug: str) -> ImageModel:
    """One that is switched off is found too: the batch's own check says so by name."""
    model = ImageModel.objects.seen_by(request.user).filter(slug=slug).first()
    if model is None:
        sentence = "This model is not there any more. Choose another one."
        raise UserError(sentence, code="invalid", fields={"model": [sentence]})
    return model


def _card(request: WorkspaceRequest, pk: UUID, status: int = 200) -> HttpResponse:
    context = {"workspace": request.workspace, "card": cards.card(request, pk)}
    return render(request, "generation/_batch.html", context, status=status)
