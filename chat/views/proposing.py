"""The suggestions above the field: improve the prompt, a model for it, a style for it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from chat.assistant import chips
from chat.conversations import check_may_ask
from chat.views import found, shown
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@workspace_view
def propose(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """201 with what was asked and the answer to it. The form's fields are sent along; `kind` is
    what is wanted: improve, model or style."""
    chat = found.conversation(request, pk)
    check_may_ask(request.membership)
    kind = request.POST.get("kind", "")
    answer = chips.answer(chat, kind, request.POST, request.membership)
    rows = chat.messages.filter(id__lte=answer.pk).select_related("author").order_by("-id")[:2]
    context = {
        "workspace": request.workspace,
        "chat": chat,
        "lines": shown.lines(request, chat, reversed(rows)),
        "may_write": True,
    }
    return render(request, "chat/_messages.html", context, status=201)
