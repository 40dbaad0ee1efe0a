"""`/api/chats/<id>/messages`: what was said, what is asked, and the answer, whole or while it comes
(S194-S196)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from chat import asking, awaiting, conversations
from chat.api.chats import check_names, found, text
from chat.models import Message
from pixazo.api import Door, DoorRequest, address
from pixazo.errors import UserError
from pixazo.paging import page
from pixazo.scopes import GENERATE, MANAGE, READ
from pixazo.streaming import sent
from workspaces.models import Membership
from workspaces.models.topic import topic_id


class Messages(Door):
    """The latest page first, each in the order in which it was said: `next` leads to older ones."""

    scopes = {"GET": READ, "POST": GENERATE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        chat, _membership = found(request, pk)
        shown, older = page(request, chat.messages.select_related("author"), ("-id",))
        rows = [answer(each) for each in reversed(shown)]
        return Response({"messages": rows, "next": older})

    def post(self, request: DoorRequest, pk: UUID) -> HttpResponseBase:
        """`content`; `images`, ids of up to four pictures or uploads of the workspace; `stream`.

        201 with the answer when it has ended; 202 with what there is of it where that takes long:
        its address tells the rest. With `stream` true, events: see `awaiting.stream`.
        """
        check_names(request, {"content", "images", "stream"})
        chat, membership = found(request, pk)
        conversations.check_may_ask(membership)
        is_streamed = request.data.get("stream", False)
        if not isinstance(is_streamed, bool):
            raise _invalid("stream", _("`stream` is true or false."))
        words, images = text(request, "content"), _images(request)
        message = asking.ask(chat, words, author=request.user, images=images, api_key=request.auth)
        return _answered(request, message, is_streamed=is_streamed)


class MessageDoor(Door):
    scopes = {"GET": READ, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID, message: UUID) -> Response:
        row, _membership = _found(request, pk, message)
        return Response(answer(row))

    def delete(self, request: DoorRequest, pk: UUID, message: UUID) -> Response:
        """For good; an answer that is being written ends with it."""
        row, membership = _found(request, pk, message)
        conversations.check_may_change_message(membership, row)
        asking.forget(row)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Stop(Door):
    """What has come of an answer is kept, and marked `cut`."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, pk: UUID, message: UUID) -> Response:
        row, membership = _found(request, pk, message)
        conversations.check_may_stop(membership, row)
        asking.stop(row)
        row.refresh_from_db()
        return Response(answer(row))


class Again(Door):
    """The latest answer anew, in its place. It answers as asking does."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, pk: UUID, message: UUID) -> HttpResponseBase:
        row, membership = _found(request, pk, message)
        conversations.check_may_replace(membership, row)
        fresh = asking.again(row, author=request.user, api_key=request.auth)
        return _answered(request, fresh, is_streamed=False)


def answer(row: Message) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "chat": str(row.conversation_id),
        "role": row.role,
        "content": row.content,
        "state": row.state,
        "model": row.model or None,
        "note": row.note or None,
        "problem": row.problem or None,
        "proposal": row.proposal,
        "images": row.images,
        "author": row.author.username if row.author else None,
        "created": row.created,
    }


def _answered(request: DoorRequest, message: Message, *, is_streamed: bool) -> HttpResponseBase:
    if is_streamed:
        lines = sent(request._request, awaiting.stream(message, answer))  # noqa: SLF001
        response = StreamingHttpResponse(lines, content_type="text/event-stream")
        response["X-Accel-Buffering"] = "no"
        response["Cache-Control"] = "no-store"
        return response
    ended = awaiting.wait(message)
    code = status.HTTP_202_ACCEPTED if ended.is_answering else status.HTTP_201_CREATED
    where = address(request, "api_chat_message", message.conversation_id, message.pk)
    return Response(answer(ended), status=code, headers={"Location": where})


def _found(request: DoorRequest, pk: UUID, message: UUID) -> tuple[Message, Membership]:
    chat, membership = found(request, pk)
    row: Message = get_object_or_404(chat.messages.select_related("author"), pk=message)
    row.conversation = chat
    return row, membership


def _images(request: DoorRequest) -> list[UUID]:
    given = request.data.get("images", [])
    rows = given if isinstance(given, list) else [None]
    ids = [topic_id(each) if isinstance(each, str) else None for each in rows]
    if None in ids:
        raise _invalid("images", _("`images` is a list of ids."))
    return [each for each in ids if each]


def _invalid(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
