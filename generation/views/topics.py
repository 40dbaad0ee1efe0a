"""The list of topics beside the feed: made, named, covered, thrown away and brought back; and what
a person has written in each."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from generation import topics
from generation.views import found
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models import Draft, Topic
from workspaces.models.topic import topic_id

PAGE = topics.PAGE
MOST = 1000  # rows on one page, however far somebody has gone down


def listed(request: WorkspaceRequest) -> dict[str, Any]:
    """What the fragment of the list needs. `?shown=` is how many rows."""
    asked = request.GET.get("shown", "")
    shown = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else PAGE
    shown = max(PAGE, min(MOST, shown))
    if shown == PAGE:
        rows = topics.first_listed(request.workspace)
    else:
        rows = topics.listed(request.workspace.topics.living(), shown + 1)
    for row in rows:
        row.may_change = request.membership.may_change(row.author_id)  # type: ignore[attr-defined]
    more = shown + PAGE if len(rows) > shown and shown < MOST else 0
    return {"topics": rows[:shown], "more_topics": more}


@require_GET
@workspace_view
def index(request: WorkspaceRequest) -> HttpResponse:
    """The rows; `?topic=` is the one that is looked at, `?here=playground` where."""
    return _rows(request)


@require_POST
@workspace_view
def new(request: WorkspaceRequest) -> HttpResponse:
    """201 with the rows and the new one's id in the header; without a script, its page.

    POST `begun` names a topic that somebody is writing in, whose draft may not have arrived.
    """
    topics.check_may_work(request.membership)
    begun = topic_id(request.POST.get("begun", ""))
    topic = topics.new_in(request.workspace, request.user, begun)
    topic.announce()
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect(f"{request.workspace.get_absolute_url()}?topic={topic.pk}")
    response = _rows(request, status=201)
    response["X-Topic"] = str(topic.pk)
    return response


@require_POST
@workspace_view
def rename(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    name, was = request.POST.get("name", ""), request.POST.get("was")
    topics.rename(request.membership, _named(request, pk), name, was)
    return _rows(request)


@require_POST
@workspace_view
def cover(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """The picture of that id becomes its topic's cover."""
    image = get_object_or_404(found.images(request).visible(), pk=pk)
    topic = _named(request, image.job.batch.topic_id)
    topics.choose_cover(request.membership, topic, image.pk)
    return HttpResponse(status=204)


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    topics.remove(request.membership, _named(request, pk))
    return _rows(request)


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    topic = get_object_or_404(request.workspace.topics, pk=pk)
    topics.check_may_change(request.membership, topic)
    topics.restore(topic)
    return _rows(request)


@require_http_methods(["GET", "POST"])
@workspace_view
def draft(request: WorkspaceRequest, pk: UUID) -> JsonResponse:
    """What this person has written there: `{"prompt", "version", "kept"}`.

    POST `prompt` over the `version` that it was written on. Not kept where another tab or device
    was first: then the answer has theirs.
    """
    topics.check_may_work(request.membership)
    topic = get_object_or_404(request.workspace.topics.living(), pk=pk)
    kept = None
    if request.method == "POST":
        prompt = request.POST.get("prompt", "").replace("\r\n", "\n").replace("\x00", "")
        version = request.POST.get("version", "")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise UserError(_("This page is out of date. Reload it and try again."), code="stale")
        prompt = prompt[: Draft.LONGEST]
        kept = Draft.objects.write(topic, request.user, prompt, int(version))
    now = kept or Draft.objects.of(topic, request.user)
    answer = {"prompt": now.prompt, "version": now.version, "kept": kept is not None}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _rows(request: WorkspaceRequest, status: int = 200) -> HttpResponse:
    looked_at = topic_id(request.GET.get("topic", ""))
    living = request.workspace.topics.living()
    context = {
        "workspace": request.workspace,
        "here": here_of(request, request.GET.get("here", "")),
        "topic_pk": looked_at,
        "topic_gone": looked_at and not living.filter(pk=looked_at).exists(),
        **listed(request),
    }
    return render(request, "generation/_topics.html", context, status=status)


def here_of(request: WorkspaceRequest, name: str) -> dict[str, str]:
    """The page that the rows lead to: the playground's, or the workspace's."""
    if name == "playground":
        return {"name": name, "url": reverse("playground")}
    return {"name": "", "url": request.workspace.get_absolute_url()}


def _named(request: WorkspaceRequest, pk: UUID) -> Topic:
    topic: Topic = get_object_or_404(request.workspace.topics.living(), pk=pk)
    return topic
