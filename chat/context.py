"""What of a chat is sent to the model: the last of it, within bounds."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from chat.models import ChatModel, Message
from chat.pictures import as_parts

MOST_MESSAGES = 40
MOST_CHARACTERS = 48_000  # some 12,000 tokens of English
MOST_SYSTEM = 8
MOST_PICTURES = 4


def before(message: Message, model: ChatModel) -> list[dict[str, Any]]:
    """In OpenAI's form, the oldest first: instructions of the chat, then the latest of what was
    said. The question itself goes whole, whatever its length."""
    rows = message.conversation.messages.filter(pk__lt=message.pk, note="")
    system = rows.filter(role=Message.Role.SYSTEM).exclude(content="").in_order()[:MOST_SYSTEM]
    spoken = rows.filter(~Q(role=Message.Role.SYSTEM)).order_by("-id")[:MOST_MESSAGES]
    kept = list(_within(spoken))
    pictures = MOST_PICTURES
    sent: list[dict[str, Any]] = []
    for row in kept:  # the latest first: of pictures, too, it gets the latest
        parts, pictures = _parts(row, model, pictures)
        sent.append({"role": row.role, "content": parts})
    said = [{"role": "system", "content": row.content[:MOST_CHARACTERS]} for row in system]
    return [*said, *reversed(sent)]


def _within(spoken: Any) -> Iterator[Message]:
    left = MOST_CHARACTERS
    for place, row in enumerate(spoken):
        left -= len(row.content)
        if left < 0 and place:
            return
        # What failed says nothing, and a model must not take it for its own words.
        if row.content or row.images:
            yield row


def _parts(row: Message, model: ChatModel, left: int) -> tuple[Any, int]:
    """A text, or a list of parts where pictures go along; how many more may."""
    if not row.images:
        return row.content, left
    images = row.images[:left] if model.vision else []
    shown = as_parts(row.conversation.workspace, images)
    text = row.content
    if missing := len(row.images) - len(shown):
        text = f"{text}\n\n[{missing} picture(s) that you are not shown]"
    if not shown:
        return text, left
    words = [{"type": "text", "text": text}] if text else []
    return [*words, *shown], left - len(shown)
