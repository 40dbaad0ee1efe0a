"""`/api/workspaces/...`: with whom one works, and who is invited."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api.place import membership_named
from generation.api.workspaces import answer
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from workspaces import inviting, people
from workspaces.models import Invitation, Membership
from workspaces.roles import Role
from workspaces.views.people import InviteForm

MOST = 1_000  # of a page; all of them, nearly always


class Members(Door):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest, workspace: str) -> Response:
        membership = membership_named(request.user, workspace)
        rows = membership.workspace.memberships.select_related("user")
        shown, more = paging.page(request, rows, ("created", "id"), MOST, MOST)
        return Response({"members": [_of_member(row) for row in shown], "next": more})


class Member(Door):
    scopes = {"PATCH": MANAGE, "DELETE": MANAGE}

    def patch(self, request: DoorRequest, workspace: str, pk: UUID) -> Response:
        """`role`: `editor`, `viewer`, or `owner`, which hands the workspace over."""
        mine = _managed(request, workspace)
        member = _member(mine, pk)
        role = request.data.get("role")
        if role not in Role.values:
            sentence = _("“role” is one of: %(roles)s.") % {"roles": ", ".join(Role.values)}
            raise UserError(sentence, code="invalid", fields={"role": [sentence]})
        if role != Role.OWNER:
            people.change_role(member, role)
        elif member.pk != mine.pk:
            people.hand_over(mine.workspace, request.user, member)
            member.role = Role.OWNER
        return Response(_of_member(member))

    def delete(self, request: DoorRequest, workspace: str, pk: UUID) -> Response:
        """Their owner removes anybody else, and everybody themselves."""
        mine = membership_named(request.user, workspace)
        if mine.pk != pk and not mine.may_manage():
            raise Http404
        people.remove(_member(mine, pk), leaves=mine.pk == pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Invitations(Door):
    """The owner's: who is invited, and has not come yet."""

    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest, workspace: str) -> Response:
        place = _managed(request, workspace).workspace
        rows = Invitation.objects.pending().filter(workspace=place)
        shown, more = paging.page(request, rows, ("-id",), MOST, MOST)
        return Response({"invitations": [_of_invitation(row) for row in shown], "next": more})

    def post(self, request: DoorRequest, workspace: str) -> Response:
        """`email`, and `role`: `editor` or `viewer`."""
        place = _managed(request, workspace).workspace
        if settings.SOLO:
            raise Http404
        if unknown := set(request.data) - {"email", "role"}:
            sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
            raise UserError(sentence, code="invalid")
        form = InviteForm({name: request.data.get(name, "") for name in ("email", "role")})
        if not form.is_valid():
            said = {name: [str(each) for each in texts] for name, texts in form.errors.items()}
            raise UserError(next(iter(said.values()))[0], code="invalid", fields=said)
        row = inviting.invite(place, request.user, **form.cleaned_data)
        return Response(_of_invitation(row), status=status.HTTP_201_CREATED)


class OneInvitation(Door):
    scopes = {"DELETE": MANAGE}

    def delete(self, request: DoorRequest, workspace: str, pk: UUID) -> Response:
        inviting.revoke(_invitation(request, workspace, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SendAgain(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, workspace: str, pk: UUID) -> Response:
        row = _invitation(request, workspace, pk)
        inviting.send_again(row, request.user)
        return Response(_of_invitation(row))


class Accept(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, token: str) -> Response:
        rows = Invitation.objects.of_token(token).select_related("workspace")
        membership = inviting.accept(get_object_or_404(rows), request.user)
        return Response(answer(membership.workspace, membership.role))


def _managed(request: DoorRequest, workspace: str) -> Membership:
    membership = membership_named(request.user, workspace)
    if not membership.may_manage():
        raise Http404
    return membership


def _member(mine: Membership, pk: UUID) -> Membership:
    member = get_object_or_404(mine.workspace.memberships.select_related("user"), pk=pk)
    member.workspace = mine.workspace
    return member


def _invitation(request: DoorRequest, workspace: str, pk: UUID) -> Invitation:
    place = _managed(request, workspace).workspace
    row = get_object_or_404(Invitation.objects.pending().filter(workspace=place), pk=pk)
    row.workspace = place
    return row


def _of_member(row: Membership) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.user.username,
        "role": row.role,
        "since": row.created,
    }


def _of_invitation(row: Invitation) -> dict[str, Any]:
    """Never with its token: the letter alone has it."""
    return {
        "id": str(row.pk),
        "email": row.email,
        "role": row.role,
        "sent": row.sent,
        "expires": row.expires,
    }
