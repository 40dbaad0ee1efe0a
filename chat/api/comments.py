"""`/api/chats/<id>/comments`: what members say about a chat, by the rules of all comments."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from chat.models import ChatComment, Conversation
from generation.api.comments import Comments


class OfChat(Comments):
    def found(self, user: Any, pk: UUID) -> Conversation:
        return get_object_or_404(Conversation.objects.visible_to(user), pk=pk)

    def begun(self, thing: Conversation) -> ChatComment:
        return ChatComment(conversation=thing)
