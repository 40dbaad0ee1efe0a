"""A chat leaves as a JSON file, and comes in by one (S170, S171)."""

import json
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat import carrying
from chat.conversations import check_may_ask
from chat.views import found, talk
from pixazo.errors import UserError
from pixazo.upload_limit import refuse_cut_off
from workspaces.access import WorkspaceRequest, workspace_view


@require_GET
@workspace_view
def export(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """With its title, its model, and its messages with roles and times."""
    chat = found.conversation(request, pk)
    text = json.dumps(carrying.written(chat), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json")
    name = quote(f"{slugify(chat.title) or 'chat'}.json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@workspace_view
def take(request: WorkspaceRequest) -> HttpResponse:
    """201 with the window, which shows what came."""
    check_may_ask(request.membership)
    refuse_cut_off(request)
    if (file := request.FILES.get("file")) is None:
        raise UserError(_("Choose the file of a chat."), code="invalid")
    return talk.answer(
        request, carrying.take(request.membership, carrying.read(file.read())), status=201
    )
