"""A finished picture: looked at, downloaded, put into the trash and back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from generation import lineage, remixes, retention
from generation.models import Image, PictureComment
from generation.serving import serve
from generation.views import cards, comments, found, shown
from generation.views.sharing import has_links
from pixazo.events import stream_token
from pixazo.undo import say_undoable
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models import Deed


@require_GET
@vary_on_headers("X-Requested-With")
@workspace_view
def image(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """The picture large, with how it was made: a page, or the fragment for the studio's viewer."""
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    is_fragment = _is_fragment(request)
    in_studio = is_fragment and request.GET.get("in") != "gallery"
    tile, may_change = cards.tile(request, picture.job_id)
    parents = lineage.parents([picture])
    context = {
        "workspace": request.workspace,
        "image": picture,
        "inputs": shown.inputs_of(picture.job.batch, request.workspace),
        "verdict": _verdict(picture),
        "tile": tile,
        "may_change": may_change,
        "may_share": may_change or has_links(request, picture),
        "in_studio": in_studio,
        "in_dialog": is_fragment,
        "kept_until": retention.kept_until(picture),
        "settings": cards.settings_of(picture.job.batch),
        "siblings": list(
            Image.objects.visible().filter(job__batch=picture.job.batch_id).order_by("job__index")
        ),
        "parents": parents,
        "offspring": lineage.children([picture]).get(picture.pk, []),
        "reason": lineage.reason(parents[0], picture) if parents else "",
        "remix": remixes.origin_of(picture.job.batch),
        "remixed": remixes.count_of(picture),
        "made_by": _made_by(request, picture),
        "may_describe": request.membership.may_generate(),
        "comments": comments.shown(request, PictureComment(image=picture)),
    }
    if not is_fragment:
        context["token"] = stream_token(request.workspace.channel, request.user.channel)
    template = "generation/_viewer.html" if is_fragment else "generation/image.html"
    return render(request, template, context)


@require_GET
@workspace_view
def download(request: WorkspaceRequest, pk: UUID) -> HttpResponseBase:
    picture = get_object_or_404(found.images(request).visible(), pk=pk)
    return serve(request, picture, as_download=True)


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """For a page without a script, back to where it was: `to` is `gallery`, or else the studio."""
    picture = found.to_change(request, found.images(request), pk)
    if picture.trash():
        Deed.tell(picture.workspace_id, Deed.Kind.THROWN)
        if not _is_fragment(request):
            undo = reverse("image_restore", args=[request.workspace.slug, pk])
            say_undoable(request, _("The picture is in the trash."), undo)
    if request.POST.get("to") == "gallery":
        return redirect("gallery")
    return _tile(request, picture.job_id)


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    picture = found.to_change(request, found.images(request), pk)
    if picture.restore():
        Deed.tell(picture.workspace_id, Deed.Kind.BACK)
        if not _is_fragment(request):
            messages.success(request, _("The picture is back."))
    return _tile(request, picture.job_id)


def _made_by(request: WorkspaceRequest, picture: Image) -> str:
    """Where several work: who may change it depends on it."""
    if not request.workspace.memberships.exclude(user=request.user).exists():
        return ""
    return picture.job.batch.author.username


def _verdict(picture: Image) -> dict[str, Any] | None:
    """What comparing said: of this picture with an earlier one, or of a later one with this."""
    if picture.verdict:
        return picture.verdict
    again = Image.objects.filter(job__batch__verifies_id=picture.pk).exclude(verdict=None)
    return again.order_by("-id").values_list("verdict", flat=True).first()


def _is_fragment(request: WorkspaceRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _tile(request: WorkspaceRequest, job: UUID) -> HttpResponse:
    if not _is_fragment(request):
        return redirect(request.workspace)
    tile, may_change = cards.tile(request, job)
    context = {"workspace": request.workspace, "tile": tile, "may_change": may_change}
    return render(request, "generation/_tile.html", context)
