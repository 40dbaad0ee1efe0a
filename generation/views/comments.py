"""What is said about a picture or a request: read, written, changed and settled on its page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from generation.models import PictureComment
from generation.views import cards, found
from pixazo.events import stream_token
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.comments import kinds, saying
from workspaces.comments.mentions import mentionable, worded
from workspaces.models.comment import Comment

MOST_NAMES = 500


@dataclass(frozen=True)
class Line:
    """One comment as a page shows it."""

    comment: Comment
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


def shown(request: WorkspaceRequest, begun: Comment) -> dict[str, Any]:
    """What the fragment of comments wants to know; `begun` is not saved, and says what they are
    about. Two queries, however many there are."""
    thing = begun.thing
    lines = [_line(request, row) for row in thing.comments.in_order()]
    answers: dict[UUID | None, list[Line]] = {}
    for line in lines:
        answers.setdefault(line.comment.parent_id, []).append(line)
    threads = [Thread(line, answers.get(line.comment.pk, [])) for line in answers.get(None, [])]
    return {
        "thing": thing,
        "address": begun.door,
        "page": reverse(begun.page, args=[request.workspace.slug, thing.pk]),
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
        write(request, PictureComment(image=image))
    elif not is_asked_for_alone(request):
        return redirect("image", request.workspace.slug, pk)
    return answer(request, PictureComment(image=image))


@require_http_methods(["GET", "POST"])
@vary_on_headers("X-Requested-With")
@workspace_view
def of_batch(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """A page with the request's card, or the fragment alone. POST `text`, `reply_to`."""
    batch = get_object_or_404(found.batches(request).visible(), pk=pk)
    if request.method == "POST":
        write(request, PictureComment(batch=batch))
    elif not is_asked_for_alone(request):
        context = page_of(request, PictureComment(batch=batch))
        context["card"] = cards.card(request, pk)
        return render(request, "generation/comments/page.html", context)
    return answer(request, PictureComment(batch=batch))


@require_POST
@workspace_view
def edit(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = _found(request, pk)
    saying.edit(row, request.membership, request.POST.get("text", ""))
    return answer(request, row)


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    row = _found(request, pk)
    saying.remove(row, request.membership)
    return answer(request, row)


@require_POST
@workspace_view
def resolve(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Settled; with `again`, open again."""
    row = _found(request, pk)
    saying.resolve(row, request.membership, resolved="again" not in request.POST)
    return answer(request, row)


@require_GET
@workspace_view
def names(request: WorkspaceRequest) -> JsonResponse:
    """Who can be named in a comment, for its completion."""
    people = mentionable(request.workspace)[:MOST_NAMES]
    listed = [{"name": each.username, "full": each.get_full_name()} for each in people]
    return JsonResponse({"people": listed}, headers={"Cache-Control": "no-store"})


def write(request: WorkspaceRequest, row: Comment) -> None:
    """What was sent, about what `row` is about."""
    head = None
    if given := request.POST.get("reply_to"):
        head = get_object_or_404(type(row).objects.filter(**row.about), pk=_id(given))
    saying.write(row, request.membership, request.POST.get("text", ""), head)


def page_of(request: WorkspaceRequest, begun: Comment) -> dict[str, Any]:
    """What a page of its own needs to show, and to keep true, what is said about that."""
    return {
        "token": stream_token(request.workspace.channel, request.user.channel),
        "workspace": request.workspace,
        "comments": shown(request, begun),
    }


def answer(request: WorkspaceRequest, row: Comment) -> HttpResponse:
    """The fragment as it is then; the page, for who sent a form without a script."""
    if is_asked_for_alone(request):
        context = {"workspace": request.workspace, "comments": shown(request, row)}
        return render(request, "generation/comments/_comments.html", context)
    return redirect(row.page, request.workspace.slug, row.subject)


def is_asked_for_alone(request: WorkspaceRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _found(request: WorkspaceRequest, pk: UUID) -> Comment:
    """Whatever it is about."""
    row = kinds.find(request.user, pk)
    if row is None or row.workspace_id != request.workspace.pk:
        raise Http404
    return row


def _id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _line(request: WorkspaceRequest, row: Comment) -> Line:
    member = request.membership
    return Line(
        row, worded(row), row.may_edit(member), row.may_remove(member), row.may_resolve(member)
    )
