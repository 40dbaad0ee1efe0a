"""`/api/workspaces/<workspace>/chats` and `/api/chats/<id>`: chats, listed, begun, named, given
another model, thrown away, had back, written to a file and read from one (S188-S193)."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from chat import carrying, conversations
from chat.models import ChatModel, Conversation
from generation.api.place import membership_named
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.json_body import JsonBody
from pixazo.paging import page
from pixazo.scopes import MANAGE, READ
from workspaces.models import Membership, Workspace


class Chats(Door):
    """Used last first, by the page."""

    scopes = {"GET": READ, "POST": MANAGE}

    def get(self, request: DoorRequest, workspace: str) -> Response:
        place = membership_named(request.user, workspace).workspace
        rows = Conversation.objects.living().filter(workspace=place)
        shown, more = page(request, rows, ("-updated", "-id"))
        return Response({"chats": [answer(each, place) for each in shown], "next": more})

    def post(self, request: DoorRequest, workspace: str) -> Response:
        """`title` may be left out: the first words then give one; and `model`: the workspace's."""
        check_names(request, {"title", "model"})
        membership = membership_named(request.user, workspace)
        title, model = text(request, "title"), text(request, "model")
        chat = conversations.new_in(membership, title, model)
        return Response(answer(chat, membership.workspace), status=status.HTTP_201_CREATED)


class ChatBody(JsonBody):
    most_bytes = carrying.MOST_BYTES


class Arrivals(Door):
    """A chat's file becomes a chat of its own."""

    scopes = {"POST": MANAGE}
    parser_classes = [ChatBody]

    def post(self, request: DoorRequest, workspace: str) -> Response:
        membership = membership_named(request.user, workspace)
        chat = carrying.take(membership, request.data)
        return Response(answer(chat, membership.workspace), status=status.HTTP_201_CREATED)


class ChatDoor(Door):
    scopes = {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        chat, _membership = found(request, pk)
        return Response(answer(chat, chat.workspace))

    def patch(self, request: DoorRequest, pk: UUID) -> Response:
        """`title`, `model` (a slug), or both. A switch of the model is said among the messages."""
        check_names(request, {"title", "model"})
        chat, membership = found(request, pk)
        if "title" in request.data:
            conversations.rename(membership, chat, text(request, "title"))
        if "model" in request.data:
            conversations.switch_model(membership, chat, text(request, "model"))
        return Response(answer(chat, chat.workspace))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Into the trash with its messages, for 30 days."""
        chat, membership = found(request, pk)
        conversations.remove(membership, chat)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Restore(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        chat, membership = found(request, pk, Conversation.objects.all())
        conversations.restore(membership, chat)
        return Response(answer(chat, chat.workspace))


class Export(Door):
    """All of it, as a file that `import` takes again."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        chat, _membership = found(request, pk)
        response = Response(carrying.written(chat))
        response["Content-Disposition"] = f'attachment; filename="chat-{chat.pk}.json"'
        return response


class Import(Door):
    """The messages of a chat's file, behind those that are here."""

    scopes = {"POST": MANAGE}
    parser_classes = [ChatBody]

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        chat, membership = found(request, pk)
        count = carrying.add(membership, chat, request.data)
        return Response({"messages": count}, status=status.HTTP_201_CREATED)


class Models(Door):
    """The language models that the caller may talk to; `default` is what a new chat begins with."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        named = request.query_params.get("workspace", "")
        place = membership_named(request.user, named).workspace if named else None
        rows = list(ChatModel.objects.usable_by(request.user))
        slugs = [row.slug for row in rows]
        default = next(iter(slugs), None)
        if place and place.chat_model in slugs:
            default = place.chat_model
        models = [{"slug": each.slug, "name": each.name, "vision": each.vision} for each in rows]
        return Response({"models": models, "default": default})


def found(request: DoorRequest, pk: UUID, rows: Any = None) -> tuple[Conversation, Membership]:
    """What isn't theirs is not there."""
    rows = Conversation.objects.living() if rows is None else rows
    rows = rows.filter(workspace__in=Workspace.objects.visible_to(request.user))
    chat: Conversation = get_object_or_404(rows.select_related("workspace"), pk=pk)
    memberships = Membership.objects.filter(workspace=chat.workspace_id, user=request.user)
    return chat, get_object_or_404(memberships.select_related("workspace", "user"))


def answer(chat: Conversation, workspace: Workspace) -> dict[str, Any]:
    return {
        "id": str(chat.pk),
        "workspace": workspace.slug,
        "title": chat.title,
        "model": chat.model,
        "created": chat.created,
        "updated": chat.updated,
    }


def check_names(request: DoorRequest, known: set[str]) -> None:
    if unknown := set(request.data) - known:
        raise UserError(
            _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)!r}"}, code="invalid"
        )


def text(request: DoorRequest, name: str) -> str:
    value = request.data.get(name, "")
    if not isinstance(value, str):
        raise UserError(_("`%(name)s` is a text.") % {"name": name}, code="invalid")
    return value
