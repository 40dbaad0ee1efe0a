"""`/api/image/<id>/comments`, `/api/batches/<id>/comments`, `/api/comments/<id>`: what members say
about pictures and requests (of chats: `chat/api/comments.py`), under the rules of their pages."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api import visible
from generation.models import Batch, Image, PictureComment
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from workspaces.comments import kinds, saying
from workspaces.models import Membership, Workspace
from workspaces.models.comment import Comment

MOST = 1_000  # of a page; all of them, nearly always


class Comments(Door):
    """All that is said about one thing, the oldest first. An answer names its thread as
    `reply_to`."""

    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        rows = self.found(request.user, pk).comments.in_order().select_related("workspace")
        shown, more = paging.page(request, rows, ("id",), MOST, MOST)
        return Response({"comments": [_answer(request, row) for row in shown], "next": more})

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        """`text`, and `reply_to` for an answer."""
        _check_names(request, {"text", "reply_to"})
        thing = self.found(request.user, pk)
        head = None
        if (given := request.data.get("reply_to")) is not None:
            head = thing.comments.filter(pk=_id(given)).first()
            if head is None:
                sentence = _("There is no such comment here.")
                fields = {"reply_to": [sentence]}
                raise UserError(sentence, code="not_found", status=404, fields=fields)
        row = self.begun(thing)
        saying.write(row, _membership(request, thing.workspace_id), _text(request), head)
        return Response(_answer(request, row), status=status.HTTP_201_CREATED)

    def found(self, user: Any, pk: UUID) -> Any:
        """Only what the person may see; 404 for all else."""
        raise NotImplementedError

    def begun(self, thing: Any) -> Comment:
        raise NotImplementedError


class OfImage(Comments):
    def found(self, user: Any, pk: UUID) -> Image:
        return get_object_or_404(visible.images(user).select_related("job__batch"), pk=pk)

    def begun(self, thing: Image) -> PictureComment:
        return PictureComment(image=thing)


class OfBatch(Comments):
    def found(self, user: Any, pk: UUID) -> Batch:
        rows = Batch.objects.visible().filter(workspace__in=Workspace.objects.visible_to(user))
        return get_object_or_404(rows, pk=pk)

    def begun(self, thing: Batch) -> PictureComment:
        return PictureComment(batch=thing)


class CommentDoor(Door):
    scopes = {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return Response(_answer(request, _found(request, pk)))

    def patch(self, request: DoorRequest, pk: UUID) -> Response:
        """`text`, by whoever wrote it; `resolved` settles a thread or opens it again; or both."""
        _check_names(request, {"text", "resolved"})
        row = _found(request, pk)
        membership = _membership(request, row.workspace_id)
        if "resolved" in request.data and not isinstance(request.data["resolved"], bool):
            sentence = _("`resolved` is true or false.")
            raise UserError(sentence, code="invalid", fields={"resolved": [sentence]})
        if "text" in request.data:
            saying.edit(row, membership, _text(request))
        if "resolved" in request.data:
            saying.resolve(row, membership, resolved=request.data["resolved"])
        return Response(_answer(request, _found(request, pk)))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Of what has been answered only the words go."""
        row = _found(request, pk)
        saying.remove(row, _membership(request, row.workspace_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _found(request: DoorRequest, pk: UUID) -> Comment:
    """Whatever it is about."""
    row = kinds.find(request.user, pk)
    if row is None:
        raise Http404
    return row


def _membership(request: DoorRequest, workspace: UUID) -> Membership:
    rows = Membership.objects.select_related("workspace", "user")
    return rows.get(user=request.user, workspace=workspace)


def _check_names(request: DoorRequest, known: set[str]) -> None:
    if unknown := set(request.data) - known:
        raise UserError(
            _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)!r}"}, code="invalid"
        )


def _text(request: DoorRequest) -> str:
    value = request.data.get("text", "")
    if not isinstance(value, str):
        raise UserError(_("`%(name)s` is a text.") % {"name": "text"}, code="invalid")
    return value


def _id(given: Any) -> UUID | None:
    try:
        return UUID(given)
    except (ValueError, TypeError, AttributeError):
        return None


def _answer(request: DoorRequest, row: Comment) -> dict[str, Any]:
    def text(pk: UUID | None) -> str | None:
        return str(pk) if pk else None

    return {
        "id": str(row.pk),
        "workspace": row.workspace.slug,
        **{name: text(row.subjects.get(name)) for name in ("image", "batch", "chat")},
        "reply_to": text(row.parent_id),
        "author": row.author.username if row.author else None,
        "text": row.text,
        "mentioned": sorted(each.username for each in row.mentioned.all()),
        "created": row.created,
        "edited": row.edited,
        "resolved": row.resolved,
        "resolved_by": row.resolved_by.username if row.resolved_by else None,
        "deleted": row.emptied,
        "url": request.build_absolute_uri(row.link),
    }
