"""Whether the assistant may act for whoever asks in this chat: off until they say so."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from chat.assistant import tools
from chat.conversations import check_may_ask
from chat.views import found, talk
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@workspace_view
def acting(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """`?on=1` allows it, anything else takes it back. Answers with the window."""
    chat = found.conversation(request, pk)
    check_may_ask(request.membership)
    tools.let_act(chat, request.user, on=request.GET.get("on") == "1")
    return talk.answer(request, chat)
