"""The only place where something is said in a chat, and where it is answered.

Asking stores both messages and rings; the answer is written by a worker (chat/worker.py), so that
it goes on whatever becomes of the page and of the web process.
"""

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import ApiKey
from chat import doorbell, limits
from chat.llm import ChatOff
from chat.markdown import without_marks
from chat.models import ChatModel, Conversation, Message
from chat.models.message import LONGEST, MOST_IN_A_CHAT
from chat.pictures import keep_uploads, seen_in
from chat.writing import Writing
from pixazo.errors import UserError
from pixazo.texts.numbers import counted
from workspaces.names import plain_text
from workspaces.titles import title_of


class StillAnswering(UserError):
    code = "chat_answering"
    status = 409


class ChatGone(UserError):
    code = "not_found"
    status = 404


def ask(
    conversation: Conversation,
    text: str,
    *,
    author: Any,
    images: Sequence[UUID] = (),
    api_key: ApiKey | None = None,
) -> Message:
    """The answer, which is yet to be written; what was said is stored before it.

    `images` are ids of pictures or uploads of the chat's workspace, `api_key` is that of a program
    that asks. Raises a `UserError`.
    """
    text = said(text, needs_words=not images)
    model = model_of(conversation, author)
    shown = seen_in(conversation.workspace, images)
    title = {} if conversation.title else {"title": title_of(without_marks(text))}
    try:
        with transaction.atomic():
            if not conversation.change(updated=now(), **title):
                raise ChatGone(_("This chat is not there any more."))
            _check_room(conversation)
            limits.take(author)
            question = Message(conversation=conversation, role=Message.Role.USER, author=author)
            question.content, question.images = text, [str(pk) for pk in shown]
            question.save(force_insert=True)
            keep_uploads([question])
            question.announce()
            return _begun(conversation, model, author, api_key)
    except IntegrityError:
        raise _still_answering() from None


def again(message: Message, *, author: Any, api_key: ApiKey | None = None) -> Message:
    """Have the last question of a chat answered anew, in place of the answer that it had."""
    conversation = message.conversation
    model = model_of(conversation, author)
    try:
        with transaction.atomic():
            if not conversation.change(updated=now()):
                raise ChatGone(_("This chat is not there any more."))
            spoken = conversation.messages.exclude(role=Message.Role.SYSTEM)
            if spoken.in_order().last() != message or message.role != Message.Role.ASSISTANT:
                raise UserError(_("Only the latest answer can be written anew."), code="invalid")
            limits.take(author)
            rows = conversation.messages.filter(pk=message.pk)
            if not rows.exclude(state=Message.State.ANSWERING).delete()[0]:
                raise _still_answering()
            return _begun(conversation, model, author, api_key)
    except IntegrityError:
        raise _still_answering() from None


def stop(message: Message) -> bool:
    """Nobody waits for more of it; what has come is kept. False if it had ended."""
    return message.end(Message.State.CUT)


def forget(message: Message) -> None:
    """For good; an answer that is being written ends with it."""
    with transaction.atomic():
        message.announce()  # while it has its id
        message.delete()


def answer(message_id: UUID, stopping: threading.Event | None = None) -> None:
    """Write it, in a worker. Rung for twice, one does it. `stopping`: the process is to end."""
    rows = Message.objects.select_related("conversation__workspace", "author")
    message = rows.filter(pk=message_id).first()
    if message is not None and message.claim():
        Writing(message, stopping or threading.Event()).run()


def said(text: str, *, needs_words: bool = True) -> str:
    """As it is stored. Raises `UserError` where that can't be."""
    text = plain_text(text).strip()
    if needs_words and not text:
        raise UserError(_("Write something first."), code="invalid")
    if len(text) > LONGEST:
        raise UserError(
            _("A message may have %(most)s characters.") % {"most": counted(LONGEST)},
            code="invalid",
        )
    return text


def model_of(conversation: Conversation, person: Any) -> ChatModel:
    """Who answers next. Raises `ChatOff` where nobody can."""
    usable = ChatModel.objects.usable_by(person)
    if model := usable.filter(slug=conversation.model).first():
        return model
    if usable.exists():
        raise ChatOff(_("The language model of this chat can't be used. Choose another one."))
    raise ChatOff


def _check_room(conversation: Conversation) -> None:
    """What is longer could not be brought back from its file, and is read by nobody."""
    if conversation.messages.count() + 2 > MOST_IN_A_CHAT:
        raise UserError(
            _("A chat may have %(most)s messages. Begin a new one.")
            % {"most": counted(MOST_IN_A_CHAT)},
            code="chat_full",
            status=409,
        )


def _begun(
    conversation: Conversation, model: ChatModel, author: Any, api_key: ApiKey | None
) -> Message:
    message = Message(conversation=conversation, role=Message.Role.ASSISTANT, author=author)
    message.api_key = api_key
    message.state, message.model = Message.State.ANSWERING, model.slug
    message.save(force_insert=True)
    message.announce()
    transaction.on_commit(lambda: doorbell.ring(message.pk), robust=True)
    return message


def _still_answering() -> StillAnswering:
    return StillAnswering(_("An answer is still being written here. Wait for its end, or stop it."))
