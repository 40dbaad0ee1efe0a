"""What is in the window: the menu of chats, what was said in one, and the field below."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chat.models import Conversation
from chat.views import found, shown
from workspaces.access import WorkspaceRequest, workspace_view
from workspaces.models.topic import topic_id


@require_GET
@workspace_view
def window(request: WorkspaceRequest) -> HttpResponse:
    """The chat that `?of=` names, else the one that was used last (C07); an empty one where there
    is none yet."""
    rows = found.conversations(request).living()
    wanted = topic_id(request.GET.get("of", ""))
    chat = rows.filter(pk=wanted).first() if wanted else None
    return answer(request, chat or rows.in_order().first())


def answer(request: WorkspaceRequest, chat: Conversation | None, status: int = 200) -> HttpResponse:
    context = shown.chats(request, chat) | shown.form(request, chat)
    if chat:
        context |= shown.newest(request, chat)
    return render(request, "chat/_talk.html", context, status=status)
