"""What the fragments of the window show: messages a page at a time, with the pictures and the
people in them. However many there are, the number of questions to the database is the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from chat.assistant import tools
from chat.markdown import prompt_in, rendered
from chat.models import ChatComment, ChatModel, Conversation, Message
from chat.pictures import found
from generation.models import Image
from generation.views.shown import image as shown_image
from generation.views.shown import upload as shown_upload
from pixazo.errors import UserError
from workspaces.access import WorkspaceRequest
from workspaces.models.topic import topic_id

PAGE = 30
LISTED = 100  # chats in the menu


@dataclass(frozen=True)
class Line:
    """A message as a page shows it."""

    message: Message
    html: str  # of an assistant's; a person's words are shown as they were written
    prompt: str  # what of it is meant as a prompt
    model: str  # its name, as people read it
    images: list[dict[str, Any]]
    is_mine: bool
    may_stop: bool


def newest(request: WorkspaceRequest, chat: Conversation) -> dict[str, Any]:
    return _page(request, chat, chat.messages.order_by("-id"))


def older(request: WorkspaceRequest, chat: Conversation, before: str) -> dict[str, Any]:
    rows = chat.messages.filter(id__lt=_place(before)).order_by("-id")
    return _page(request, chat, rows)


def after(request: WorkspaceRequest, chat: Conversation, last: str) -> dict[str, Any]:
    """What came after that one, for a page that shows it; the newest where much has."""
    rows = chat.messages.filter(id__gt=_place(last)).order_by("-id")
    return _page(request, chat, rows) | {"older": None}


def lines(request: WorkspaceRequest, chat: Conversation, rows: Iterable[Message]) -> list[Line]:
    rows = list(rows)
    pictures = _pictures(request, rows)
    names = dict(
        ChatModel.objects.filter(slug__in={row.model for row in rows}).values_list("slug", "name")
    )
    may_change = request.membership.may_change(chat.author_id)
    return [_line(request, row, names, pictures, may_change) for row in rows]


def chats(request: WorkspaceRequest, chat: Conversation | None) -> dict[str, Any]:
    """What the header's menu lists, and what may be done with the one that is shown."""
    rows = list(
        Conversation.objects.living().filter(workspace=request.workspace).in_order()[: LISTED + 1]
    )
    return {
        "workspace": request.workspace,
        "chat": chat,
        "chats": rows[:LISTED],
        "more_chats": len(rows) > LISTED,
        "may_write": request.membership.may_generate(),
        "open_comments": ChatComment.objects.open().filter(conversation=chat).count(),
        "may_change": bool(chat and request.membership.may_change(chat.author_id)),
    }


def form(request: WorkspaceRequest, chat: Conversation | None) -> dict[str, Any]:
    """What the field below needs: who answers, and who could."""
    models = list(ChatModel.objects.usable_by(request.user))
    default = ChatModel.objects.default_for(request.workspace, request.user)
    chosen = chat.model if chat else (default.slug if default else "")
    slugs = {model.slug for model in models}
    return {
        "models": models,
        "chosen": chosen,
        "may_act": bool(chat and tools.allows(chat, request.user)),
        # Chats outlive models: the first that is there answers in its place only once it is chosen.
        "is_model_gone": bool(models and chosen not in slugs),
    }


def _page(request: WorkspaceRequest, chat: Conversation, rows: Any) -> dict[str, Any]:
    found = list(rows.select_related("author")[: PAGE + 1])
    shown = found[:PAGE][::-1]
    return {
        "workspace": request.workspace,
        "chat": chat,
        "lines": lines(request, chat, shown),
        "older": shown[0].pk if len(found) > PAGE else None,
        "may_write": request.membership.may_generate(),
    }


def _line(
    request: WorkspaceRequest,
    row: Message,
    names: dict[str, str],
    pictures: dict[str, dict[str, Any]],
    may_change: bool,
) -> Line:
    is_answer = row.role == Message.Role.ASSISTANT
    is_whole = is_answer and not row.is_answering
    return Line(
        message=row,
        html=rendered(row.content) if is_answer else "",
        prompt=prompt_in(row.content) if is_whole else row.content,
        model=names.get(row.model, row.model),
        images=[pictures[pk] for pk in row.images if pk in pictures],
        is_mine=row.author_id == request.user.pk,
        may_stop=row.is_answering and (may_change or row.author_id == request.user.pk),
    )


def _pictures(request: WorkspaceRequest, rows: list[Message]) -> dict[str, dict[str, Any]]:
    """Those that are still there, as pages show them; with `page`, where one is looked at."""
    wanted = [UUID(pk) for row in rows for pk in row.images]
    place = request.workspace
    return {
        str(pk): shown_image(row) | {"page": reverse("image", args=[place.slug, pk])}
        if isinstance(row, Image)
        else shown_upload(row, place) | {"page": reverse("gallery_uploads")}
        for pk, row in found(place, wanted).items()
    }


def _place(given: str) -> UUID:
    if place := topic_id(given):
        return place
    raise UserError(_("This address has no place in the chat."), code="invalid")
