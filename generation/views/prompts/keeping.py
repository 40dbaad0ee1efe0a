"""Keeps the prompt of a picture, or of a request, in the library: as it was written, with all that
it was drawn with (S177)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generation.models import Batch
from generation.views import found
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.library.fields import title_of
from workspaces.models import SavedPrompt, Style, Theme
from workspaces.models.saved_prompt import MOST
from workspaces.models.topic import topic_id
from workspaces.placing import place


class NotHere(UserError):
    code = "not_allowed"
    status = 403


class NoWords(UserError):
    code = "no_words"
    status = 422


@require_POST
@workspace_view
def image(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """With the seed of this very picture."""
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    return _keep(request, picture.job.batch, picture.job.seed)


@require_POST
@workspace_view
def batch(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(found.batches(request).visible(), pk=pk)
    return _keep(request, row, row.seed)


def _keep(request: WorkspaceRequest, batch: Batch, seed: int | None) -> HttpResponse:
    """To its page in the library, where title and tags are given; a script is told the way."""
    if not request.membership.may_generate():
        raise NotHere(_("You may look at this workspace, but not keep prompts in it."))
    row = _of(request, batch, seed)
    if not row.prompt.strip():
        raise NoWords(_("This was made without words: there is no prompt to save."))
    there = row.twin()
    if there is None:
        SavedPrompt.objects.living().keep(row, MOST)
        sentence = _("“%(name)s” is saved.") % {"name": row.title}
    else:
        row = there
        sentence = _("It is saved already, as “%(name)s”.") % {"name": row.title}
    may_change = row.may_change(request.membership)
    address = reverse("prompt_edit", args=[row.pk]) if may_change else reverse("prompts")
    if request.headers.get("X-Requested-With") == "fetch":
        told = {"text": sentence, "edit": address}
        return JsonResponse(told, status=200 if there else 201)
    messages.success(request, sentence)
    return redirect(address)


def _of(request: WorkspaceRequest, batch: Batch, seed: int | None) -> SavedPrompt:
    template: dict[str, Any] = batch.template or {}
    prompt = template.get("prompt") or batch.prompt
    row = SavedPrompt(
        owner=request.user,
        title=title_of(prompt),
        prompt=prompt,
        negative_prompt=template.get("negative_prompt", batch.negative_prompt),
        theme=_chosen(request, Theme, template, "theme"),
        style=_chosen(request, Style, template, "style"),
        model=batch.model.slug,
        width=batch.width,
        height=batch.height,
        num_inference_steps=batch.num_inference_steps,
        guidance_scale=batch.guidance_scale,
        seed=seed,
    )
    place(row, request.workspace, request.user)
    return row


def _chosen(request: WorkspaceRequest, kind: Any, template: dict[str, Any], name: str) -> Any:
    """If it is still there for this person; a prompt is kept without what has gone."""
    pk = topic_id(template.get(name, {}).get("id", ""))
    return kind.objects.usable_in(request.workspace, request.user).filter(pk=pk).first()
