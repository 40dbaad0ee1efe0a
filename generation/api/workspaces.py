"""`/api/workspaces`: where one works: found, made, changed, deleted (S183-S187)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api.place import membership_named
from generation.api.versions import version_sent
from pixazo import paging
from pixazo.api import Door, DoorRequest, refusal
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from workspaces import resting
from workspaces.models import Membership, Workspace
from workspaces.talkers import talkers

MOST = 1_000
TEXTS = ("name", "description")


class Workspaces(Door):
    """Used last first; `?q=` a part of the name."""

    plain_texts = True
    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest) -> Response:
        rows = Workspace.objects.visible_to(request.user).annotate(role=F("memberships__role"))
        if sought := request.query_params.get("q", "").strip()[:100].replace("\0", ""):
            rows = rows.filter(name__icontains=sought)
        by = ("-last_used", "id")
        near = rows.select_related("owner")
        found, more = paging.page(request, near, by, usual=MOST, most=MOST)
        return Response({"workspaces": [answer(row, row.role) for row in found], "next": more})

    def post(self, request: DoorRequest) -> Response:
        """`name`, and `description`."""
        sent = _sent(request)
        if "name" not in sent:
            sentence = _("A workspace needs a name.")
            raise paging.wrong("name", sentence)
        try:
            row = Workspace.found(request.user, **sent)
        except ValidationError as error:
            raise refusal(error) from None
        return Response(answer(row, Membership.Role.OWNER), status=status.HTTP_201_CREATED)


class OneWorkspace(Door):
    """By its slug or its id. Its owner changes and deletes it: to others these are not there."""

    matches = True
    plain_texts = True
    scopes = {"GET": READ, "PUT": MANAGE, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, workspace: str) -> Response:
        membership = membership_named(request.user, workspace)
        return Response(answer(membership.workspace, membership.role))

    def patch(self, request: DoorRequest, workspace: str) -> Response:
        """What is sent; all else stays. `model`: the language model of new chats."""
        membership = _managed(request, workspace)
        row = membership.workspace
        data = dict(request.data)
        version = version_sent(request, data, row.version)
        model = _model(request, data)
        sent = {"name": row.name, "description": row.description} | _sent(request, data)
        try:
            row.rename(**sent, version=version, chat_model=model)
        except ValidationError as error:
            raise refusal(error) from None
        return Response(answer(row, membership.role))

    put = patch

    def delete(self, request: DoorRequest, workspace: str) -> Response:
        """Into the trash, with all that is in it; `trash/workspaces/{id}/restore` has it back."""
        resting.trash(_managed(request, workspace).workspace)
        return Response(status=status.HTTP_204_NO_CONTENT)


def answer(row: Workspace, role: str) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "slug": row.slug,
        "name": row.name,
        "description": row.description,
        "model": row.chat_model,
        "owner": row.owner.username,
        "role": role,
        "version": row.version,
        "created": row.created,
        "last_used": row.last_used,
    }


def _managed(request: DoorRequest, workspace: str) -> Membership:
    membership = membership_named(request.user, workspace)
    if not membership.may_manage():
        raise Http404
    return membership


def _model(request: DoorRequest, data: dict[str, Any]) -> str:
    """Takes out which language model new chats begin with; empty where nothing is said of it."""
    if "model" not in data:
        return ""
    model = data.pop("model")
    if not isinstance(model, str) or model not in dict(talkers(request.user)):
        raise paging.wrong("model", _("There is no such language model for you."))
    return model


def _sent(request: DoorRequest, data: dict[str, Any] | None = None) -> dict[str, str]:
    data = dict(request.data) if data is None else data
    if unknown := set(data) - set(TEXTS):
        sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
        raise UserError(sentence, code="invalid")
    for name, value in data.items():
        if not isinstance(value, str):
            raise paging.wrong(name, _("`%(name)s` is a text.") % {"name": name})
    return data
