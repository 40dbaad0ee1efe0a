"""Finds what an address of the window names, through the workspace that the person may see, or
404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from chat.models import Conversation, Message
from chat.models.conversation import ConversationQuerySet
from workspaces.access import WorkspaceRequest


def conversations(request: WorkspaceRequest) -> ConversationQuerySet:
    """Also those in the trash."""
    rows = Conversation.objects.filter(workspace=request.workspace)
    return rows.select_related("workspace")


def conversation(request: WorkspaceRequest, pk: UUID) -> Conversation:
    row: Conversation = get_object_or_404(conversations(request).living(), pk=pk)
    return row


def message(request: WorkspaceRequest, pk: UUID, of: UUID) -> Message:
    chat = conversation(request, pk)
    row: Message = get_object_or_404(chat.messages.select_related("author"), pk=of)
    row.conversation = chat
    return row
