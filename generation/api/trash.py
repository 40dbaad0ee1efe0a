"""`/api/trash`: topics, experiments, styles and the like thrown away, and back with them."""

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework import status
from rest_framework.response import Response

from generation import trash
from generation.gallery.rooms import Rooms
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.scopes import MANAGE, READ
from workspaces import resting

MOST = 200
ORDER = ("-deleted", "-id")


class Trash(Door):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        """What went last, first."""
        limit = paging.limit_of(request, MOST, MOST)
        thrown = trash.thrown_by(
            Rooms.of(request.user),
            lambda rows: paging.after(request, rows, ORDER).order_by(*ORDER)[: limit + 1],
        )
        shown, more = thrown[:limit], None
        if len(thrown) > limit:
            more = paging.following(request, paging.cursor(shown[-1].row, ORDER))
        return Response({"things": [_answer(each) for each in shown], "next": more})


class PutBack(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, kind: str, pk: UUID) -> Response:
        thrown = trash.find(Rooms.of(request.user), kind, pk)
        thrown.put_back()
        return Response({"kind": thrown.kind, "id": str(thrown.row.pk), "name": thrown.name})


class PurgeWorkspace(Door):
    scopes = {"DELETE": MANAGE}

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """For good, one of one's own that lies in the trash."""
        if not resting.purge(trash.thrown_workspace(request.user, pk)):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(thrown: trash.Thrown) -> dict[str, Any]:
    return {
        "kind": thrown.kind,
        "id": str(thrown.row.pk),
        "name": thrown.name,
        "workspace": thrown.workspace.slug if thrown.workspace else None,
        "deleted": thrown.deleted,
        "until": thrown.until,
    }
