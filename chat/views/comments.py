"""What members say about a chat: a page with the chat's newest messages, or the fragment alone.
Changed and settled at the addresses of all comments (`generation/views/comments.py`)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from chat.models import ChatComment, Conversation
from chat.views import found, shown
from generation.views import comments
from workspaces.access import WorkspaceRequest, workspace_view


@require_http_methods(["GET", "POST"])
@vary_on_headers("X-Requested-With")
@workspace_view
def of_chat(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """POST `text`, `reply_to`. Its page shows the messages before `?before=`, else the newest."""
    chat = found.conversation(request, pk)
    if request.method == "POST":
        comments.write(request, ChatComment(conversation=chat))
    elif not comments.is_asked_for_alone(request):
        return _page(request, chat)
    return comments.answer(request, ChatComment(conversation=chat))


def _page(request: WorkspaceRequest, chat: Conversation) -> HttpResponse:
    before = request.GET.get("before")
    messages = shown.older(request, chat, before) if before else shown.newest(request, chat)
    said = comments.page_of(request, ChatComment(conversation=chat))
    # Here the chat is read; one goes on in the window.
    context = messages | said | {"may_write": False, "is_earlier": bool(before)}
    return render(request, "chat/comments.html", context)
