"""Messages: read a page at a time, sent, stopped and asked for again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import asking
from chat.conversations import check_may_ask, check_may_replace, check_may_stop
from chat.models import Message
from chat.views import found, shown, talk
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models.topic import topic_id


@require_http_methods(["GET", "POST"])
@workspace_view
def messages(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """The newest, those older than `?before=` or those after `?after=`. POST `text` and `image`
    (several): 201 with the question and the answer that has begun."""
    chat = found.conversation(request, pk)
    if request.method == "POST":
        check_may_ask(request.membership)
        text, images = request.POST.get("text", ""), request.POST.getlist("image")
        ids = [each for each in map(topic_id, images) if each]
        begun = asking.ask(chat, text, author=request.user, images=ids)
        rows = chat.messages.filter(id__lte=begun.pk).select_related("author").order_by("-id")[:2]
        context = {
            "workspace": request.workspace,
            "chat": chat,
            "lines": shown.lines(request, chat, reversed(rows)),
            "may_write": True,
        }
        return render(request, "chat/_messages.html", context, status=201)
    if before := request.GET.get("before"):
        context = shown.older(request, chat, before)
    elif last := request.GET.get("after"):
        context = shown.after(request, chat, last)
    else:
        context = shown.newest(request, chat)
    return render(request, "chat/_messages.html", context)


@require_GET
@workspace_view
def message(request: WorkspaceRequest, pk: UUID, message: UUID) -> HttpResponse:
    """One as it is now: what an open page fetches while an answer comes."""
    return shown_alone(request, found.message(request, pk, message))


@require_POST
@workspace_view
def stop(request: WorkspaceRequest, pk: UUID, message: UUID) -> HttpResponse:
    """What has come so far stays, marked as cut."""
    row = found.message(request, pk, message)
    check_may_stop(request.membership, row)
    asking.stop(row)
    row.refresh_from_db()
    return shown_alone(request, row)


@require_POST
@workspace_view
def again(request: WorkspaceRequest, pk: UUID, message: UUID) -> HttpResponse:
    """The last question once more, in place of this answer to it: 201 with the window."""
    row = found.message(request, pk, message)
    check_may_replace(request.membership, row)
    asking.again(row, author=request.user)
    return talk.answer(request, row.conversation, status=201)


def shown_alone(request: WorkspaceRequest, row: Message) -> HttpResponse:
    [line] = shown.lines(request, row.conversation, [row])
    context = {
        "workspace": request.workspace,
        "chat": row.conversation,
        "line": line,
        "may_write": request.membership.may_generate(),
    }
    return render(request, "chat/_message.html", context)
