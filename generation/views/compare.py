"""Pictures beside each other, with what differs between them; and where one came from."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from generation import lineage
from generation.gallery.filters import uuid_or_none
from generation.gallery.rooms import Rooms
from generation.models import Image
from generation.views import cards, found
from workspaces.access import WorkspaceRequest, workspace_view

MOST = 4
LATER = 20  # pictures of a tournament


@require_GET
@login_required
def compare(request: HttpRequest) -> HttpResponse:
    """`of` twice or more; with `then` a tournament: whichever of the two is kept meets the next."""
    rooms = Rooms.of(request.user)
    shown = _images(rooms, request.GET.getlist("of")[:MOST])
    later = _images(rooms, request.GET.getlist("then")[:LATER])
    if len(shown) < 2:
        raise Http404
    one, other = shown[:2]
    mine = set(rooms.changeable(Image.objects.filter(pk__in=[each.pk for each in shown])))
    context: dict[str, Any] = {
        "images": shown,
        "later": later,
        "is_tournament": "then" in request.GET or "last" in request.GET,
        "one": one,
        "other": other,
        "words": lineage.words_of(lineage.prompt(one), lineage.prompt(other)),
        "values": lineage.values(one, other),
        "may_keep": all(each in mine for each in shown),
        "may_mark": bool(rooms.markable(Image.objects.filter(pk=one.pk))),
    }
    context["tournament"] = _tournament(shown) if len(shown) > 2 else ""
    context["differing"] = sum(not value.is_same for value in context["values"])
    return render(request, "generation/compare.html", context)


@require_GET
@workspace_view
def tree(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Where a picture came from and what came from it, as far as the workspace has it."""
    image = get_object_or_404(found.images(request).visible(), pk=pk)
    context = {
        "workspace": request.workspace,
        "image": image,
        "root": lineage.tree_of(image),
        "settings": cards.card(request, image.job.batch_id).settings,
    }
    return render(request, "generation/tree.html", context)


def _tournament(images: list[Image]) -> str:
    """The address's query with which two of them meet first, and then whoever is kept the next."""
    named = [("of", image.pk) for image in images[:2]]
    return urlencode(named + [("then", image.pk) for image in images[2:]])


def _images(rooms: Rooms, given: list[str]) -> list[Image]:
    """In the order in which they were named; foreign ones are not there."""
    pks = [pk for pk in map(uuid_or_none, given) if pk]
    rows = rooms.pictures().filter(pk__in=pks).select_related("job__batch", "workspace")
    known = {image.pk: image for image in rows}
    return [known[pk] for pk in dict.fromkeys(pks) if pk in known]
