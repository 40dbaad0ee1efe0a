"""What members say about a chat, to one another: the assistant reads none of it."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_noop

from chat.models.conversation import Conversation
from pixazo.events import announce
from workspaces.models.comment import Comment, CommentQuerySet


class ChatComment(Comment):
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="comments")

    objects = CommentQuerySet["ChatComment"].as_manager()

    class Meta(Comment.Meta):
        indexes = (
            models.Index(
                fields=["conversation"],
                condition=models.Q(parent=None, resolved=None),
                name="comment_open_chat",
            ),
            models.Index(fields=["author", "created"], name="chat_comment_of_author"),
        )

    @classmethod
    def visible_to(cls, person: Any) -> CommentQuerySet[Any]:
        chats = Conversation.objects.visible_to(person)
        return cls.objects.filter(conversation__in=chats.values("pk"))

    @property
    def subjects(self) -> dict[str, UUID | None]:
        return {"chat": self.conversation_id}

    @property
    def about(self) -> dict[str, Any]:
        return {"conversation": self.conversation}

    @property
    def thing(self) -> Conversation:
        return self.conversation

    @property
    def door(self) -> str:
        return "chat_comments"

    @property
    def page(self) -> str:
        return "chat_comments"

    @property
    def maker_id(self) -> UUID | None:
        return self.conversation.author_id

    @property
    def says_whose(self) -> str:
        return gettext_noop("%(who)s says of a chat of yours: “%(words)s”")

    def announce(self) -> None:
        """The window's menu counts what is open."""
        announce(self.workspace.channel, "comment", self.conversation_id)
        self.conversation.announce()
