"""What the link of an invitation's letter leads to: who invites to what, and the way in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workspaces import inviting
from workspaces.models import Invitation, Membership


@require_safe
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The letter's secret is the permission to see it; nothing is done by a look."""
    found = _found(token)
    if found is None or not found.is_open:
        return _over(request, found)
    user = request.user
    context = {
        "invitation": found,
        "token": token,
        "is_for_them": user.is_authenticated and inviting.is_for(found, user),
        "sign_up": _with(request, "account_signup", {"email": found.email}),
        "sign_in": _with(request, "account_login", {}),
    }
    return _private(render(request, "workspaces/invitation.html", context))


@require_POST
@login_required
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    found = _found(token)
    if found is None:
        return _over(request, None)
    try:
        membership = inviting.accept(found, request.user)
    except inviting.InvitationOver:
        return _over(request, found)
    workspace = membership.workspace
    known = {"workspace": workspace.name, "role": membership.get_role_display()}
    messages.success(request, _("You now work in “%(workspace)s”: %(role)s.") % known)
    return redirect(workspace)


def _found(token: str) -> Invitation | None:
    rows = Invitation.objects.of_token(token)
    return rows.select_related("workspace", "inviter").first()


def _over(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    """Whoever comes back by their letter is led to where they work."""
    if found and request.user.is_authenticated and found.accepted_by_id == request.user.pk:
        rows = Membership.objects.filter(user=request.user, workspace=found.workspace)
        if rows.exists():
            return redirect(found.workspace)
    context = {"sentence": inviting.over()}
    return _private(render(request, "workspaces/invitation_over.html", context, status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a secret: no other site is told where somebody came from."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _with(request: HttpRequest, name: str, more: dict[str, str]) -> str:
    return f"{reverse(name)}?{urlencode({'next': request.path, **more})}"
