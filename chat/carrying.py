"""The one place where a chat becomes a JSON document, and where such a document becomes a chat
(S170, S171). What comes in is somebody else's file: nothing of it is believed."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, now
from django.utils.translation import gettext as _

from chat.assistant import chips, shown
from chat.conversations import check_may_ask, check_may_change, check_room
from chat.models import Conversation, Message
from chat.models.message import LONGEST_ANSWER, MOST_IMAGES, MOST_IN_A_CHAT
from chat.pictures import found, keep_uploads
from pixazo.errors import UserError
from pixazo.ids import uuid7_at
from pixazo.models import MadeAt
from pixazo.texts.numbers import counted
from workspaces.models import Membership
from workspaces.models.topic import topic_id
from workspaces.names import plain_name, plain_text

FORMAT, VERSION = "pixazo-chat", 1
MOST_BYTES = 8 * 2**20
ENDED = (Message.State.WHOLE, Message.State.CUT, Message.State.FAILED)
OLDEST = 2000  # year of a message
NAME = 100  # characters of a title, and of a model's slug


class Unreadable(UserError):
    code = "unreadable"


def written(chat: Conversation) -> dict[str, Any]:
    """Its title, its model, and all messages with roles and times; an answer that is still being
    written as one that ends early."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": chat.title,
        "model": chat.model,
        "created": chat.created.isoformat(),
        "messages": [_row(each) for each in chat.messages.in_order()],
    }


def read(raw: bytes) -> Any:
    """What is in a file. Raises `Unreadable`."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(_("A chat's file may have up to %(size)s MiB.") % {"size": 8})
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(_("This is no JSON file.")) from None


def take(membership: Membership, document: Any) -> Conversation:
    """An equal chat, of the person who brings it. Raises `Unreadable` with what is wrong."""
    check_may_ask(membership)
    check_room(membership.workspace)
    rows = _checked(document)
    title, model = document.get("title") or "", document.get("model") or ""
    if not isinstance(title, str) or not isinstance(model, str):
        raise Unreadable(_("A chat's title and its model are texts."))
    with transaction.atomic():
        chat = Conversation.objects.create(
            workspace=membership.workspace,
            author=membership.user,
            title=plain_name(title)[:NAME].strip(),
            model=plain_name(model)[:NAME],
        )
        _bring(chat, membership, rows)
        chat.announce()
    return chat


def add(membership: Membership, chat: Conversation, document: Any) -> int:
    """The messages into a chat that is there; how many. They stand at their times, whoever said
    what: only who may change the chat brings any."""
    check_may_ask(membership)
    check_may_change(membership, chat)
    rows = _checked(document)
    if chat.messages.count() + len(rows) > MOST_IN_A_CHAT:
        raise _too_many()
    with transaction.atomic():
        _bring(chat, membership, rows)
        chat.announce()
    return len(rows)


def _bring(chat: Conversation, membership: Membership, rows: list[Any]) -> None:
    keep_uploads(Message.objects.bulk_create(list(_messages(chat, membership, rows)), 200))


def _row(message: Message) -> dict[str, Any]:
    known: dict[str, Any] = {
        "role": message.role,
        "content": message.content,
        "created": message.created.isoformat(),
    }
    state = Message.State.CUT if message.is_answering else message.state
    if state != Message.State.WHOLE:
        known["state"] = str(state)
    for name in ("model", "note", "problem", "images", "proposal"):
        if value := getattr(message, name):
            known[name] = value
    return known


def _checked(document: Any) -> list[Any]:
    rows = document.get("messages") if isinstance(document, dict) else None
    if not isinstance(rows, list) or document.get("format", FORMAT) != FORMAT:
        raise Unreadable(_("This is not the file of a chat."))
    if document.get("version", VERSION) != VERSION:
        raise Unreadable(_("This file is of a newer version than this site reads."))
    if len(rows) > MOST_IN_A_CHAT:
        raise _too_many()
    return rows


def _too_many() -> Unreadable:
    return Unreadable(_("A chat may bring %(most)s messages.") % {"most": counted(MOST_IN_A_CHAT)})


def _messages(chat: Conversation, membership: Membership, rows: list[Any]) -> Iterator[Message]:
    there = _pictures(membership, rows)
    tick = 0
    for place, row in enumerate(rows, 1):
        message = _message(chat, membership, row, place)
        message.images = [pk for pk in _images(row) if pk in there]
        # In the order of the file, whatever the times in it say.
        made = _time(row.get("created"))
        message.pk, tick = uuid7_at(made, tick)
        MadeAt.tell(message, made)
        yield message


def _message(chat: Conversation, membership: Membership, row: Any, place: int) -> Message:
    text = row.get("content", "") if isinstance(row, dict) else None
    if not isinstance(text, str):
        raise Unreadable(_("Message %(place)s has no text.") % {"place": place})
    role = row.get("role")
    if role not in Message.Role.values:
        raise Unreadable(
            _("Message %(place)s is neither a user's, an assistant's nor a system's.")
            % {"place": place}
        )
    if len(text) > LONGEST_ANSWER:
        raise Unreadable(_("Message %(place)s is too long.") % {"place": place})
    is_note = role == Message.Role.SYSTEM and row.get("note") == Message.Note.MODEL
    return Message(
        conversation=chat,
        role=role,
        content=plain_text(text),
        state=_state(row.get("state")),
        model=plain_name(str(row.get("model") or ""))[:NAME],
        note=Message.Note.MODEL if is_note else "",
        proposal=proposal_of(role, row.get("proposal")),
        problem=plain_name(str(row.get("problem") or ""))[:500],
        author=membership.user,
    )


def proposal_of(role: str, given: Any) -> dict[str, Any] | None:
    """Of an answer the changes that it proposes, of a question what a button asked for."""
    if role == Message.Role.ASSISTANT:
        return shown.kept(given)
    return chips.kept(given) if role == Message.Role.USER else None


def _state(given: Any) -> Message.State:
    """What was still being written somewhere ended there."""
    if given == Message.State.ANSWERING:
        return Message.State.CUT
    return Message.State(given) if given in ENDED else Message.State.WHOLE


def _time(given: Any) -> datetime:
    """Now where there is none, or one that is to come."""
    try:
        moment = parse_datetime(given) if isinstance(given, str) else None
    except ValueError:
        moment = None
    if moment is None or not is_aware(moment) or moment.year < OLDEST:
        return now()
    return min(moment, now())


def _images(row: Any) -> list[str]:
    """Ids as a message keeps them."""
    given = row.get("images") if isinstance(row, dict) else None
    texts = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    return list(dict.fromkeys(str(pk) for pk in map(topic_id, texts[:MOST_IMAGES]) if pk))


def _pictures(membership: Membership, rows: list[Any]) -> set[str]:
    """Those of the workspace: a file may name any."""
    wanted = [UUID(pk) for row in rows for pk in _images(row)]
    return {str(pk) for pk in found(membership.workspace, wanted)}
