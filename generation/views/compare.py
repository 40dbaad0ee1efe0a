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

LETTERS = "ABCD"  # by which people call them
MOST = len(LETTERS)
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
    mine = set(rooms.changeable(Image.objects.filter(pk__in=[each.pk for each in shown])))
    context: dict[str, Any] = {
        "images": shown,
        "lettered": list(zip(LETTERS, shown, strict=False)),
        "later": later,
        "is_tournament": "then" in request.GET or "last" in request.GET,
        "one": shown[0],
        "texts": _texts([lineage.prompt(each) for each in shown]),
        "values": lineage.values(*shown),
        "may_keep": all(each in mine for each in shown),
        "may_mark": bool(rooms.markable(Image.objects.filter(pk=shown[0].pk))),
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


def _texts(prompts: list[str]) -> list[tuple[str, list[lineage.Words]]]:
    """Two prompts are one text with what differs, and so are any that are the same; of more there
    is the first, and each other one as it differs from that, with the letter of its picture."""
    first, *others = prompts
    if len(others) == 1 or len(set(prompts)) == 1:
        return [("", lineage.words_of(first, others[0]))]
    texts = [first, *others]
    return [
        (letter, lineage.words_of(first, text))
        for letter, text in zip(LETTERS, texts, strict=False)
    ]


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
