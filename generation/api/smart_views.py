"""`/api/views`: searches of the gallery kept under a name."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.gallery.filters import Filter
from generation.models import SmartView
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.scopes import MANAGE, READ

MOST = 1_000


class SmartViews(Door):
    plain_texts = True
    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest) -> Response:
        rows = SmartView.objects.filter(owner=request.user)
        found, more = paging.page(request, rows, ["name", "id"], most=MOST)
        return Response({"views": [_answer(row) for row in found], "next": more})

    def post(self, request: DoorRequest) -> Response:
        """`name`, and `query` as `/api/images` takes it; a name that is there is written anew."""
        name, query = (_text(request, each) for each in ("name", "query"))
        name = " ".join(name.split())[:100]
        if not name:
            raise paging.wrong("name", _("A view needs a name."))
        kept = {"query": Filter.read(QueryDict(query[:2000])).query}
        row, _made = SmartView.objects.update_or_create(
            owner=request.user, name=name, defaults=kept
        )
        return Response(_answer(row), status=status.HTTP_201_CREATED)


class OneView(Door):
    scopes = {"DELETE": MANAGE}

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        get_object_or_404(SmartView, owner=request.user, pk=pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(row: SmartView) -> dict[str, Any]:
    return {"id": str(row.pk), "name": row.name, "query": row.query}


def _text(request: DoorRequest, name: str) -> str:
    value = request.data.get(name, "")
    if not isinstance(value, str):
        raise paging.wrong(name, _("`%(name)s` is a text.") % {"name": name})
    return value
