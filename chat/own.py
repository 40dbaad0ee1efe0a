"""What this room keeps of a person: what they said, and what was answered to them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import transaction

from accounts.belongings import Belongings, facts
from chat.models import ChatComment, Conversation, Message

AT_ONCE = 200  # rows in a transaction


class Chats(Belongings):
    """After workspaces: what is left lies in other people's."""

    name, rank = "chats", 37

    def close(self, person: Any) -> None:
        for message in Message.objects.answering().filter(author=person):
            message.end(Message.State.CUT)

    def remove(self, person: Any) -> None:
        """Others' words in the same chats stay; a chat in which nobody else spoke goes whole."""
        Message.objects.answering().filter(author=person).delete()
        while _remove_some(person):
            pass
        theirs = Conversation.objects.filter(author=person)
        theirs.exclude(messages__role=Message.Role.USER).delete()
        # Their words named it.
        theirs.update(title="")

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        """What is in the trash, too."""
        said = Message.objects.filter(author=person).select_related("conversation__workspace")
        in_order = said.order_by("conversation_id", "id").iterator(AT_ONCE)
        for talk, messages in groupby(in_order, lambda message: message.conversation):
            yield {
                "workspace": talk.workspace.name,
                **facts(talk, "title", "model", "created", "updated", "deleted"),
                "messages": [
                    facts(message, "role", "content", "model", "created") for message in messages
                ],
            }


class SaidOfChats(Belongings):
    """Taken back by what all comments have in common (workspaces/comments/leaving.py)."""

    name, rank = "chat_comments", 39

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        for row in ChatComment.objects.filter(author=person).order_by("id"):
            yield facts(row, "created", "text", "edited")


@transaction.atomic
def _remove_some(person: Any) -> bool:
    rows = Message.objects.filter(author=person).values_list("pk", flat=True)[:AT_ONCE]
    found = list(rows)
    Message.objects.filter(pk__in=found).delete()
    return bool(found)
