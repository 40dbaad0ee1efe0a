"""Chats are made, named, given another model, thrown away and had back. Each answer is the window
as it is then."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from chat import conversations
from chat.models import Conversation
from chat.views import found, talk
from workspaces.access import WorkspaceRequest, workspace_view


@require_POST
@workspace_view
def new(request: WorkspaceRequest) -> HttpResponse:
    """201; 200 with one of their own in which nothing was said yet, where there is one."""
    conversations.check_may_ask(request.membership)
    empty = found.conversations(request).living().filter(author=request.user, messages=None)
    if chat := empty.in_order().first():
        return talk.answer(request, chat)
    return talk.answer(request, conversations.new_in(request.membership), status=201)


@require_POST
@workspace_view
def rename(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    chat = found.conversation(request, pk)
    conversations.rename(request.membership, chat, request.POST.get("title", ""))
    return talk.answer(request, chat)


@require_POST
@workspace_view
def model(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Who answers from here on; said among the messages, too."""
    chat = found.conversation(request, pk)
    conversations.switch_model(request.membership, chat, request.POST.get("model", ""))
    return talk.answer(request, chat)


@require_POST
@workspace_view
def delete(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    """Into the trash; the answer has the one used before it."""
    conversations.remove(request.membership, found.conversation(request, pk))
    return talk.answer(request, found.conversations(request).living().in_order().first())


@require_POST
@workspace_view
def restore(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    chat: Conversation = get_object_or_404(found.conversations(request), pk=pk)
    conversations.restore(request.membership, chat)
    return talk.answer(request, chat)
