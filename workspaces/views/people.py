"""The people of a workspace: seen by all of them, invited and removed by its owner."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pixazo.errors import UserError
from pixazo.events import stream_token
from workspaces import inviting, people
from workspaces.access import WorkspaceRequest, managed_workspace_view, workspace_view
from workspaces.models import Invitation, Membership
from workspaces.roles import GIVEN, MAY, WORDS, Role

ANOTHER = gettext_lazy(
    "Another letter is on its way to %(email)s. The link in the first works no more."
)
CHOICES = [(role.value, role.label) for role in GIVEN]


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("What they may do"), choices=CHOICES)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=CHOICES)


@require_safe
@workspace_view
def index(request: WorkspaceRequest) -> HttpResponse:
    return _page(request, InviteForm())


@require_POST
@managed_workspace_view
def invite(request: WorkspaceRequest) -> HttpResponse:
    if settings.SOLO:  # there is nobody else on this site
        raise Http404
    form = InviteForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"].lower()
        pending = Invitation.objects.pending().filter(workspace=request.workspace, email=email)
        is_again = pending.exists()
        try:
            inviting.invite(request.workspace, request.user, **form.cleaned_data)
        except UserError as error:
            form.add_error("email" if error.fields else None, error.sentence)
            return _page(request, form, error.status)
        sentence = ANOTHER if is_again else _("An invitation is on its way to %(email)s.")
        messages.success(request, str(sentence) % {"email": email})
        return _back(request)
    return _page(request, form, 400)


@require_POST
@managed_workspace_view
def send_again(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    invitation = _invitation(request, pk)
    inviting.send_again(invitation, request.user)
    messages.success(request, str(ANOTHER) % {"email": invitation.email})
    return _back(request)


@require_POST
@managed_workspace_view
def withdraw(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    invitation = _invitation(request, pk)
    if inviting.revoke(invitation):
        sentence = _("The invitation of %(email)s is withdrawn: its link lets nobody in.")
        messages.success(request, sentence % {"email": invitation.email})
    return _back(request)


@require_POST
@managed_workspace_view
def change_role(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    form = RoleForm(request.POST)
    membership = _member(request, pk)
    if not form.is_valid():
        raise UserError(_("There is no such role."), code="invalid")
    people.change_role(membership, form.cleaned_data["role"])
    known = {"name": membership.user.username, "role": membership.get_role_display()}
    messages.success(request, _("%(name)s is saved: %(role)s.") % known)
    return _back(request)


@require_POST
@managed_workspace_view
def remove(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    membership = _member(request, pk)
    people.remove(membership)
    sentence = _("%(name)s no longer works here. What they made stays.")
    messages.success(request, sentence % {"name": membership.user.username})
    return _back(request)


@require_POST
@managed_workspace_view
def hand_over(request: WorkspaceRequest, pk: UUID) -> HttpResponse:
    membership = _member(request, pk)
    people.hand_over(request.workspace, request.user, membership)
    known = {"name": membership.user.username, "workspace": request.workspace.name}
    messages.success(request, _("“%(workspace)s” is now %(name)s's. You are an editor.") % known)
    return _back(request)


@require_POST
@workspace_view
def leave(request: WorkspaceRequest) -> HttpResponse:
    people.remove(request.membership, leaves=True)
    sentence = _("You have left “%(name)s”. What you made there stays.")
    messages.success(request, sentence % {"name": request.workspace.name})
    return redirect("workspaces")


def _back(request: WorkspaceRequest) -> HttpResponse:
    return redirect("people", request.workspace.slug)


def _member(request: WorkspaceRequest, pk: UUID) -> Membership:
    rows = request.workspace.memberships.select_related("user")
    membership: Membership = get_object_or_404(rows, pk=pk)
    membership.workspace = request.workspace
    return membership


def _invitation(request: WorkspaceRequest, pk: UUID) -> Invitation:
    rows = Invitation.objects.pending().filter(workspace=request.workspace)
    invitation: Invitation = get_object_or_404(rows, pk=pk)
    invitation.workspace = request.workspace
    return invitation


def _page(request: WorkspaceRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    may_manage = request.membership.may_manage()
    members = list(request.workspace.memberships.select_related("user").order_by("created", "id"))
    members.sort(key=lambda each: list(Role).index(Role(each.role)))
    pending = Invitation.objects.pending().filter(workspace=request.workspace)
    context: dict[str, Any] = {
        "workspace": request.workspace,
        "token": stream_token(request.workspace.channel, request.user.channel),
        "members": members,
        "invitations": pending.select_related("inviter") if may_manage else [],
        "form": form if may_manage and not settings.SOLO else None,
        "roles": list(Role),
        "table": [(WORDS[action], [role in MAY[action] for role in Role]) for action in MAY],
    }
    return render(request, "workspaces/people.html", context, status=status)
