"""What is said about a picture or a request: read, written, changed and settled on its page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from generation.models import Batch, Image, PictureComment
from generation.views import cards, found
from pixazo.events import stream_token
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.comments import saying
from workspaces.comments.mentions import mentionable, worded

MOST_NAMES = 500


@dataclass(frozen=True)
class Line:
    """One comment as a page shows it."""

    comment: PictureComment
    words: str
    may_edit: bool
    may_remove: bool
    may_resolve: bool


@dataclass(frozen=True)
class Thread:
    first: Line
    answers: list[Line]

    @property
    def is_resolved(self) -> bool:
        return self.first.comment.resolved is not None


def shown(request: WorkspaceRequest, thing: Image | Batch) -> dict[str, Any]:
    """What the fragment of comments wants to know. Two queries, however many there are."""
    name, page = ("image", "image") if isinstance(thing, Image) else ("batch", "batch_comments")
    lines = [_line(request, row) for row in thing.comments.in_order()]
    answers: dict[UUID | None, list[Line]] = {}
    for line in lines:
        answers.setdefault(line.comment.parent_id, []).append(line)
    threads = [Thread(line, answers.get(line.comment.pk, [])) for line in answers.get(None, [])]
    return {
        "thing": thing,
        "address": f"{name}_comments",
        "page": reverse(page, args=[request.workspace.slug, thing.pk]),
        "open": [each for each in threads if not each.is_resolved],
        "resolved": [each for each in threads if each.is_resolved],
        "may_comment": request.membership.may_comment(),
    }


@require_http_methods(["GET", "POST"])
@vary_on_headers("X-Requested-With")
@workspace_view
def of_image(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """The fragment; its page is the picture's. POST `text`, `reply_to`."""
    image = get_object_or_404(found.images(request).visible(), pk=pk)
    if request.method == "POST":
        _write(request, PictureComment(image=image))
    elif request.headers.get("X-Requested-With") != "fetch":
        return redirect("image", request.workspace.slug, pk)
    return _answer(request, image)


@require_http_methods(["GET", "POST"])
@vary_on_headers("X-Requested-With")
@workspace_view
def of_batch(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """A page with the request's card, or the fragment alone. POST `text`, `reply_to`."""
    batch = get_object_or_404(found.batches(request).visible(), pk=pk)
    if request.method == "POST":
        _write(request, PictureComment(batch=batch))
    elif request.headers.get("X-Requested-With") != "fetch":
        context = {
            "card": cards.card(request, pk),
            "token": stream_token(request.workspace.channel, request.user.channel),
            "workspace": request.workspace,
            "comments": shown(request, batch),
        }
        return render(request, "generation/comments/page.html", context)
    return _answer(request, batch)


@require_POST
@workspace_view
def edit(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = _found(request, pk)
    saying.edit(row, request.membership, request.POST.get("text", ""))
    return _answer(request, _thing(row))


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = _found(request, pk)
    saying.remove(row, request.membership)
    return _answer(request, _thing(row))


@require_POST
@workspace_view
def resolve(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Settled; with `again`, open again."""
    row = _found(request, pk)
    saying.resolve(row, request.membership, resolved="again" not in request.POST)
    return _answer(request, _thing(row))


@require_GET
@workspace_view
def names(request: WorkspaceRequest) -> JsonResponse:
    """Who can be named in a comment, for its completion."""
    people = mentionable(request.workspace)[:MOST_NAMES]
    listed = [{"name": each.username, "full": each.get_full_name()} for each in people]
    return JsonResponse({"people": listed}, headers={"Cache-Control": "no-store"})


def _found(request: WorkspaceRequest, pk: UUID) -> PictureComment:
    rows = PictureComment.objects.filter(workspace=request.workspace).in_order()
    row: PictureComment = get_object_or_404(rows, pk=pk)
    things = found.images(request).visible() if row.image_id else found.batches(request).visible()
    get_object_or_404(things, pk=row.image_id or row.batch_id)
    return row


def _thing(row: PictureComment) -> Image | Batch:
    thing = row.image or row.batch
    assert thing is not None
    return thing


def _write(request: WorkspaceRequest, row: PictureComment) -> None:
    head = None
    if given := request.POST.get("reply_to"):
        rows = PictureComment.objects.filter(**row.about)
        head = get_object_or_404(rows, pk=_id(given))
    saying.write(row, request.membership, request.POST.get("text", ""), head)


def _id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _line(request: WorkspaceRequest, row: PictureComment) -> Line:
    member = request.membership
    return Line(
        row, worded(row), row.may_edit(member), row.may_remove(member), row.may_resolve(member)
    )


def _answer(request: WorkspaceRequest, thing: Image | Batch) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        context = {"workspace": request.workspace, "comments": shown(request, thing)}
        return render(request, "generation/comments/_comments.html", context)
    name = "image" if isinstance(thing, Image) else "batch_comments"
    return redirect(name, request.workspace.slug, thing.pk)
