"""What somebody takes of a proposal into the form, or takes out again, marked for all to see."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from chat.assistant import taking
from chat.conversations import check_may_ask
from chat.views import found, saying
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@workspace_view
def apply(request: WorkspaceRequest, pk: UUID, message: UUID) -> HttpResponse:
    """`part` (several): places of parts; `undo`: none any more. Answers with the message."""
    row = found.message(request, pk, message)
    check_may_ask(request.membership)
    if request.POST.get("undo"):
        taking.put_back(row)
    else:
        given = request.POST.getlist("part")
        taking.take(row, [int(each) if _is_place(each) else -1 for each in given])
    return saying.shown_alone(request, row)


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4
